package io.inmesh.engine;

import io.inmesh.engine.match.Ascii;
import io.inmesh.engine.net.IpAddress;
import java.util.HashSet;
import java.util.Set;

/**
 * The hosts whose https calls take the routes of their HTTP port: the setting {@code https-routes}.
 *
 * @param names in lower case, as apps write them in URLs
 */
public record HttpsHosts(Set<String> names) {
  /** None: every https call goes by its server name alone. */
  public static final HttpsHosts NONE = new HttpsHosts(Set.of());

  /**
   * @throws IllegalArgumentException where a name is none, or has a scheme, a port or a wildcard
   */
  public HttpsHosts {
    Set<String> lower = new HashSet<>();
    for (String name : names) {
      if (!isName(name)) {
        throw new IllegalArgumentException(
            "no list of host names: "
                + (name.isEmpty() ? "an entry is empty" : "'" + name + "' is not one"));
      }
      lower.add(Ascii.lower(name));
    }
    names = Set.copyOf(lower);
  }

  /**
   * Reads {@code HOST,…}; nothing at all is no host.
   *
   * @throws IllegalArgumentException where an entry is not the name of a host
   */
  public static HttpsHosts parse(String list) {
    if (list.isBlank()) {
      return NONE;
    }
    Set<String> names = new HashSet<>();
    for (String entry : list.split(",", -1)) {
      names.add(entry.strip());
    }
    return new HttpsHosts(names);
  }

  // An address is none: a call to it carries no server name.
  private static boolean isName(String text) {
    if (text.isEmpty() || text.startsWith(".") || text.endsWith(".") || text.contains("..")) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = Ascii.lower(text.charAt(i));
      if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '.' && c != '-' && c != '_') {
        return false;
      }
    }
    return IpAddress.parse(text) == null;
  }
}
