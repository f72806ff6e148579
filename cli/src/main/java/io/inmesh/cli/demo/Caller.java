package io.inmesh.cli.demo;

/**
 * Who called a service, as header x-forwarded-client-cert tells it.
 *
 * @param name the SPIFFE id in the certificate; empty if none was shown
 * @param certificate its hash; empty likewise
 */
record Caller(String name, String certificate) {
  static final String HEADER = "x-forwarded-client-cert";

  /** How the names of the shop's service accounts begin. */
  private static final String SHOP = "spiffe://cluster.local/ns/shop/sa/";

  /** Of {@code By=…;Hash=…;URI=…}; where several hops are told, the last one is the caller. */
  static Caller parse(String header) {
    String last = header.substring(header.lastIndexOf(',') + 1);
    return new Caller(value(last, "URI="), value(last, "Hash="));
  }

  private static String value(String element, String key) {
    for (String pair : element.split(";")) {
      if (pair.startsWith(key)) {
        return pair.substring(key.length());
      }
    }
    return "";
  }

  /** The SPIFFE id of a service account of the shop. */
  static String nameOf(String account) {
    return SHOP + account;
  }

  /** Whether it showed a certificate. */
  boolean isKnown() {
    return !name.isEmpty();
  }

  /** Its service account if it belongs to the shop, else its whole name. */
  String account() {
    return name.startsWith(SHOP) ? name.substring(SHOP.length()) : name;
  }
}
