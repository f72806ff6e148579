package io.inmesh.instrumentation.okhttp;

import io.inmesh.engine.PeerMetadata;
import io.inmesh.engine.http.HeaderEditor;
import io.inmesh.engine.http.NameLengths;
import java.util.ArrayList;
import java.util.List;
import okhttp3.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Edits headers of the library. Only the differences are kept, because each of its builders copies
 * and checks all headers anew.
 */
class HeaderChanges implements HeaderEditor {
  private final Headers headers;
  private final NameLengths names;

  /** Names of headers that are taken out. */
  private final List<String> removed = new ArrayList<>(4);

  /** Names and values by turns. */
  private final List<String> added = new ArrayList<>(24);

  HeaderChanges(Headers headers) {
    this(headers, OkRequestHead.lengths(headers));
  }

  /**
   * @param names those of the headers
   */
  HeaderChanges(Headers headers, NameLengths names) {
    this.headers = headers;
    this.names = names;
  }

  @Override
  public final @Nullable String header(String lowerCaseName) {
    String found = isThere(lowerCaseName) ? OkRequestHead.joined(headers, lowerCaseName) : null;
    for (int i = 0; i < added.size(); i += 2) {
      if (added.get(i).equalsIgnoreCase(lowerCaseName)) {
        found = found == null ? added.get(i + 1) : found + "," + added.get(i + 1);
      }
    }
    return found;
  }

  @Override
  public final @Nullable String firstLine(String lowerCaseName) {
    String found = isThere(lowerCaseName) ? OkRequestHead.first(headers, lowerCaseName) : null;
    for (int i = 0; found == null && i < added.size(); i += 2) {
      if (added.get(i).equalsIgnoreCase(lowerCaseName)) {
        found = added.get(i + 1);
      }
    }
    return found;
  }

  @Override
  public final void setHeader(String lowerCaseName, String value) {
    removeHeader(lowerCaseName);
    addHeader(lowerCaseName, value);
  }

  @Override
  public final void addHeader(String lowerCaseName, String value) {
    requireLine(lowerCaseName);
    requireLine(value);
    added.add(lowerCaseName);
    added.add(value);
  }

  /** What would end the line makes no header, whoever has asked for it. */
  private static void requireLine(String text) {
    if (text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0) {
      throw new IllegalArgumentException("a header with a line break: " + text);
    }
  }

  @Override
  public final void removeHeader(String lowerCaseName) {
    if (isThere(lowerCaseName) && OkRequestHead.first(headers, lowerCaseName) != null) {
      removed.add(lowerCaseName);
    }
    for (int i = added.size() - 2; i >= 0; i -= 2) {
      if (added.get(i).equalsIgnoreCase(lowerCaseName)) {
        added.subList(i, i + 2).clear();
      }
    }
  }

  @Override
  public final boolean mayHavePrefix(String lowerCasePrefix) {
    for (int i = 0; i < headers.size(); i++) {
      if (startsWith(headers.name(i), lowerCasePrefix)) {
        return true;
      }
    }
    for (int i = 0; i < added.size(); i += 2) {
      if (startsWith(added.get(i), lowerCasePrefix)) {
        return true;
      }
    }
    return false;
  }

  private static boolean startsWith(String name, String prefix) {
    return name.regionMatches(true, 0, prefix, 0, prefix.length());
  }

  private boolean isThere(String name) {
    return names.mayHave(name) && !isRemoved(name);
  }

  private boolean isRemoved(String name) {
    for (int i = 0; i < removed.size(); i++) {
      if (removed.get(i).equalsIgnoreCase(name)) {
        return true;
      }
    }
    return false;
  }

  /** These headers with the changes; the same instance where there are none. */
  final Headers applied(Headers present) {
    if (removed.isEmpty() && added.isEmpty()) {
      return present;
    }
    Headers.Builder builder = present.newBuilder();
    for (int i = 0; i < removed.size(); i++) {
      builder.removeAll(removed.get(i));
    }
    for (int i = 0; i < added.size(); i += 2) {
      builder.addUnsafeNonAscii(added.get(i), added.get(i + 1));
    }
    return builder.build();
  }

  /**
   * Writes these headers with the changes, each with a line end before it.
   *
   * @param told whether the peer metadata is left out, because the peer has it already
   */
  final void writeLines(Headers present, boolean told, StringBuilder out) {
    for (int i = 0; i < present.size(); i++) {
      if (!isRemoved(present.name(i))) {
        line(out, present.name(i), present.value(i));
      }
    }
    for (int i = 0; i < added.size(); i += 2) {
      if (!told || !PeerMetadata.isName(added.get(i))) {
        line(out, added.get(i), added.get(i + 1));
      }
    }
  }

  private static void line(StringBuilder out, String name, String value) {
    out.append("\r\n").append(name).append(": ").append(value);
  }
}
