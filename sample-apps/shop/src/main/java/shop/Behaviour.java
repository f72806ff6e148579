package shop;

import java.net.URI;

/** How a service is told to misbehave: {@code /behave?NAME=NUMBER}. */
final class Behaviour {
  private Behaviour() {}

  /** The number asked for; 0, which means to behave, if there is none. */
  static int number(URI uri, String name) {
    String query = uri.getQuery();
    return query == null || !query.startsWith(name + "=")
        ? 0
        : Math.max(0, Integer.parseInt(query.substring(name.length() + 1)));
  }
}
