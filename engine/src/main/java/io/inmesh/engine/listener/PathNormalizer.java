package io.inmesh.engine.listener;

import io.inmesh.engine.listener.FilterChainAction.PathNormalization;
import io.inmesh.engine.listener.FilterChainAction.PathNormalization.EscapedSlashes;

/**
 * Path normalisation before routing: escaped slashes, then dot segments and unreserved escapes,
 * then repeated slashes. A path that needs nothing is returned as it is, without allocation.
 */
public final class PathNormalizer {
  /** What became of a path. */
  public enum Outcome {
    CONTINUE,
    /** Answer 400, {@code path_normalization_failed}. */
    REJECT,
    /** Answer 307 to the normalised path. */
    REDIRECT
  }

  private PathNormalizer() {}

  /** Whether the path is normal already under every mode; the usual case. */
  public static boolean isNormal(String path) {
    char previous = 0;
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c == '%' || (previous == '/' && (c == '/' || c == '.')) || mustEscape(c) || c == '\\') {
        return false;
      }
      previous = c;
    }
    return true;
  }

  /** What is to be done with this path; the path itself comes from {@link #normalize}. */
  public static Outcome outcome(PathNormalization mode, String path, boolean grpc) {
    if (mode.escapedSlashes() != EscapedSlashes.KEEP_UNCHANGED && hasEscapedSlash(path)) {
      if (mode.escapedSlashes() == EscapedSlashes.REJECT_REQUEST) {
        return Outcome.REJECT;
      }
      if (mode.escapedSlashes() == EscapedSlashes.UNESCAPE_AND_REDIRECT) {
        return grpc ? Outcome.REJECT : Outcome.REDIRECT;
      }
    }
    return mode.normalize() && path.contains("%00") ? Outcome.REJECT : Outcome.CONTINUE;
  }

  /** The normalised path. */
  public static String normalize(PathNormalization mode, String path) {
    String result = path;
    boolean unescape =
        mode.escapedSlashes() == EscapedSlashes.UNESCAPE_AND_FORWARD
            || mode.escapedSlashes() == EscapedSlashes.UNESCAPE_AND_REDIRECT;
    if (unescape && hasEscapedSlash(result)) {
      result = unescapeSlashes(result);
    }
    if (mode.normalize()) {
      result = removeDotSegments(canonicalEscapes(bareDotSegments(result)));
    }
    return mode.mergeSlashes() && result.contains("//") ? mergeSlashes(result) : result;
  }

  private static boolean hasEscapedSlash(String path) {
    for (int i = path.indexOf('%'); i >= 0; i = path.indexOf('%', i + 1)) {
      int value = escaped(path, i);
      if (value == '/' || value == '\\') {
        return true;
      }
    }
    return false;
  }

  private static String unescapeSlashes(String path) {
    StringBuilder out = new StringBuilder(path.length());
    for (int i = 0; i < path.length(); i++) {
      int value = path.charAt(i) == '%' ? escaped(path, i) : -1;
      boolean slash = value == '/' || value == '\\';
      out.append(slash ? (char) value : path.charAt(i));
      i += slash ? 2 : 0;
    }
    return out.toString();
  }

  // Unreserved escapes are decoded, other escapes keep their case, a backslash is a slash.
  private static String canonicalEscapes(String path) {
    StringBuilder out = new StringBuilder(path.length());
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      int value = c == '%' ? escaped(path, i) : -1;
      if (value >= 0 && isUnreserved(value)) {
        out.append((char) value);
        i += 2;
      } else if (c == '\\') {
        out.append('/');
      } else if (mustEscape(c) && c < 0x80) {
        out.append('%');
        out.append(Character.toUpperCase(Character.forDigit(c >> 4, 16)));
        out.append(Character.toUpperCase(Character.forDigit(c & 0xf, 16)));
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  private static String removeDotSegments(String path) {
    if (!path.contains("/.")) {
      return path;
    }
    StringBuilder out = new StringBuilder(path.length());
    int i = 0;
    while (i < path.length()) {
      int end = path.indexOf('/', i + 1);
      if (end < 0) {
        end = path.length();
      }
      String segment = path.substring(i, end);
      boolean last = end == path.length();
      if (segment.equals("/.") || segment.equals("/..")) {
        if (segment.equals("/..")) {
          out.setLength(Math.max(0, out.lastIndexOf("/")));
        }
        out.append(last ? "/" : "");
      } else {
        out.append(segment);
      }
      i = end;
    }
    return out.length() == 0 ? "/" : out.toString();
  }

  // A dot segment is one with parameters too, but only where its dots are not escaped.
  private static String bareDotSegments(String path) {
    String result = path;
    for (int i = result.indexOf("/."); i >= 0; i = result.indexOf("/.", i + 1)) {
      int end = result.startsWith("/..", i) ? i + 3 : i + 2;
      if (end < result.length() && result.charAt(end) == ';') {
        int next = result.indexOf('/', end);
        result = result.substring(0, end) + (next < 0 ? "" : result.substring(next));
      }
    }
    return result;
  }

  private static String mergeSlashes(String path) {
    StringBuilder out = new StringBuilder(path.length());
    for (int i = 0; i < path.length(); i++) {
      if (path.charAt(i) != '/' || i == 0 || path.charAt(i - 1) != '/') {
        out.append(path.charAt(i));
      }
    }
    // Envoy keeps a leading and a trailing one, even where there is nothing between them.
    return out.length() == 1 ? "//" : out.toString();
  }

  private static int escaped(String path, int percent) {
    if (percent + 2 >= path.length()) {
      return -1;
    }
    int high = Character.digit(path.charAt(percent + 1), 16);
    int low = Character.digit(path.charAt(percent + 2), 16);
    return high < 0 || low < 0 ? -1 : (high << 4) | low;
  }

  private static boolean isUnreserved(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '.'
        || c == '_'
        || c == '~';
  }

  private static boolean mustEscape(char c) {
    return c <= ' ' || c >= 0x7f || c == '"' || c == '<' || c == '>' || c == '`' || c == '{'
        || c == '}' || c == '^' || c == '|';
  }
}
