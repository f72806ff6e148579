package io.inmesh.instrumentation.okhttp;

import io.inmesh.engine.PeerMetadata;
import io.inmesh.engine.http.HeaderEditor;
import io.inmesh.engine.http.NameSketch;
import java.util.ArrayList;
import java.util.List;
import okhttp3.Headers;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Edits headers of the library. Only the differences are kept, because each of its builders copies
 * and checks all headers anew.
 */
class HeaderChanges implements HeaderEditor {
  private final Headers headers;
  private final NameSketch names;

  /** Names of headers that are taken out. */
  private final List<String> removed = new ArrayList<>(4);

  /** Names and values by turns. */
  private final List<String> added;

  private final NameSketch addedNames = new NameSketch();

  HeaderChanges(Headers headers) {
    this(headers, OkRequestHead.sketch(headers), 0);
  }

  /**
   * @param names those of the headers
   * @param expected how many headers are likely to be added
   */
  HeaderChanges(Headers headers, NameSketch names, int expected) {
    this.headers = headers;
    this.names = names;
    this.added = new ArrayList<>(2 * expected);
  }

  @Override
  public final @Nullable String header(String lowerCaseName) {
    String found = isThere(lowerCaseName) ? OkRequestHead.joined(headers, lowerCaseName) : null;
    int at = nextAdded(lowerCaseName, 0);
    for (; at >= 0; at = nextAdded(lowerCaseName, at + 2)) {
      found = found == null ? added.get(at + 1) : found + "," + added.get(at + 1);
    }
    return found;
  }

  @Override
  public final @Nullable String firstLine(String lowerCaseName) {
    String found = isThere(lowerCaseName) ? OkRequestHead.first(headers, lowerCaseName) : null;
    int at = found == null ? nextAdded(lowerCaseName, 0) : -1;
    return at < 0 ? found : added.get(at + 1);
  }

  /** Where the name of an added header stands, from there on, or -1. */
  private int nextAdded(String name, int from) {
    for (int i = addedNames.mayHave(name) ? from : added.size(); i < added.size(); i += 2) {
      if (added.get(i).equalsIgnoreCase(name)) {
        return i;
      }
    }
    return -1;
  }

  @Override
  public final void setHeader(String lowerCaseName, String value) {
    if (!isAlready(lowerCaseName, value)) {
      removeHeader(lowerCaseName);
      addHeader(lowerCaseName, value);
    }
  }

  private boolean isAlready(String name, String value) {
    return isThere(name)
        && OkRequestHead.isOnlyLine(headers, name, value)
        && nextAdded(name, 0) < 0;
  }

  @Override
  public final void addHeader(String lowerCaseName, String value) {
    // The engine has seen to names.
    requireLine(value);
    addedNames.add(lowerCaseName);
    added.add(lowerCaseName);
    added.add(value);
  }

  /** What would end the line makes no header, whoever has asked for it. */
  private static void requireLine(String value) {
    if (value.indexOf('\n') >= 0 || value.indexOf('\r') >= 0) {
      throw new IllegalArgumentException("a header with a line break: " + value);
    }
  }

  @Override
  public final void removeHeader(String lowerCaseName) {
    if (isThere(lowerCaseName) && OkRequestHead.first(headers, lowerCaseName) != null) {
      removed.add(lowerCaseName);
    }
    for (int at = nextAdded(lowerCaseName, 0); at >= 0; at = nextAdded(lowerCaseName, at)) {
      added.subList(at, at + 2).clear();
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

  /** Whether the headers stay as they are. */
  final boolean isNone() {
    return removed.isEmpty() && added.isEmpty();
  }

  /** These headers with the changes; the same instance where there are none. */
  final Headers applied(Headers present) {
    if (isNone()) {
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

  /** Makes the changes to a response that is being built with these headers. */
  final void applyTo(Response.Builder response, Headers present) {
    if (!isAsciiOnly()) {
      // The library takes other characters this way only, which copies all headers twice more.
      response.headers(applied(present));
      return;
    }
    for (int i = 0; i < removed.size(); i++) {
      response.removeHeader(removed.get(i));
    }
    for (int i = 0; i < added.size(); i += 2) {
      response.addHeader(added.get(i), added.get(i + 1));
    }
  }

  private boolean isAsciiOnly() {
    for (int i = 1; i < added.size(); i += 2) {
      String value = added.get(i);
      for (int at = 0; at < value.length(); at++) {
        char c = value.charAt(at);
        if ((c < ' ' && c != '\t') || c > '~') {
          return false;
        }
      }
    }
    return true;
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
