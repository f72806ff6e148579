package io.inmesh.tls;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who a workload is: {@code spiffe://TRUST-DOMAIN/PATH}.
 *
 * @param trustDomain not empty
 * @param path begins with a slash
 */
public record SpiffeId(String trustDomain, String path) {
  private static final int MOST = 2048;
  private static final Pattern FORM =
      Pattern.compile("spiffe://([a-z0-9._-]{1,255})((?:/[A-Za-z0-9._-]+)+)");

  public SpiffeId {
    String text = "spiffe://" + trustDomain + path;
    if (!isValid(text)) {
      throw new IllegalArgumentException("not a SPIFFE id: " + text);
    }
  }

  /** Istio's id of a service account. */
  public static SpiffeId of(String trustDomain, String namespace, String serviceAccount) {
    return new SpiffeId(trustDomain, "/ns/" + namespace + "/sa/" + serviceAccount);
  }

  /**
   * Reads an id.
   *
   * @throws IllegalArgumentException for what is none, by the rules of the SPIFFE specification
   */
  public static SpiffeId parse(String text) {
    Matcher parts = FORM.matcher(text);
    if (!isValid(text) || !parts.matches()) {
      throw new IllegalArgumentException("not a SPIFFE id: " + text);
    }
    return new SpiffeId(parts.group(1), parts.group(2));
  }

  private static boolean isValid(String text) {
    return text.length() <= MOST
        && FORM.matcher(text).matches()
        && !text.contains("/./")
        && !text.contains("/../")
        && !text.endsWith("/.")
        && !text.endsWith("/..");
  }

  @Override
  public String toString() {
    return "spiffe://" + trustDomain + path;
  }
}
