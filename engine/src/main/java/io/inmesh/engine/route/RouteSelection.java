package io.inmesh.engine.route;

import io.inmesh.engine.http.RequestHead;
import io.inmesh.engine.match.HeaderMatcher;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The first route of a virtual host that matches. No allocation. */
public final class RouteSelection {
  private RouteSelection() {}

  /**
   * The route, or null where none matches.
   *
   * @param path as normalised, without query
   * @param random decides runtime fractions
   */
  public static @Nullable Route first(
      VirtualHost virtualHost, RequestHead head, String path, long random) {
    List<Route> routes = virtualHost.routes();
    // Neighbouring routes mostly ask for the same header, and a look-up costs more than a match.
    String name = null;
    String value = null;
    for (int i = 0; i < routes.size(); i++) {
      Route route = routes.get(i);
      RouteMatch match = route.match();
      if (!match.cheapConditionsHold(path, random)) {
        continue;
      }
      boolean matches = true;
      HeaderMatcher[] headers = match.headerMatchers();
      for (int k = 0; matches && k < headers.length; k++) {
        if (!isSame(headers[k].name(), name)) {
          name = headers[k].name();
          value = HeaderMatcher.valueOf(head, name);
        }
        matches = headers[k].matches(head, value);
      }
      if (matches && match.otherConditionsHold(head, path)) {
        return route;
      }
    }
    return null;
  }

  @SuppressWarnings("ReferenceEquality")
  private static boolean isSame(String interned, @Nullable String other) {
    return interned == other;
  }
}
