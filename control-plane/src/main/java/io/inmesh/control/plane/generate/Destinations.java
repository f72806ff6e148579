package io.inmesh.control.plane.generate;

import io.inmesh.control.plane.model.Destination;
import io.inmesh.control.plane.model.Service;
import org.jspecify.annotations.Nullable;

/** The cluster that a route's destination means. */
final class Destinations {
  private Destinations() {}

  /**
   * The destination's own port, else the only port of the service, else the listener's.
   *
   * @param service null when no service of that name has the listener's port
   */
  static String cluster(Destination destination, @Nullable Service service, int listenerPort) {
    int port = listenerPort;
    if (destination.port() != 0) {
      port = destination.port();
    } else if (service != null && service.ports().size() == 1) {
      port = service.ports().get(0).number();
    }
    return Names.outbound(port, destination.subset(), destination.host());
  }
}
