package io.inmesh.control.plane.config;

import io.inmesh.control.plane.model.Meta;
import io.inmesh.control.plane.model.PeerAuthentication;
import io.inmesh.control.plane.model.PeerAuthentication.Mode;
import java.util.Map;
import java.util.TreeMap;

/** Reads PeerAuthentication; checks what istiod's validation checks. */
final class PeerAuthenticationReader {
  private PeerAuthenticationReader() {}

  static PeerAuthentication read(Meta meta, Fields spec) {
    Map<String, String> selector = Selectors.read(spec);
    Mode mode = spec.object("mtls", PeerAuthenticationReader::mode);
    Map<Integer, Mode> ports = new TreeMap<>();
    spec.objectMap("portLevelMtls", PeerAuthenticationReader::mode)
        .forEach(
            (port, own) -> {
              if (Ports.isPort(port) && !port.equals("0")) {
                ports.put(Integer.parseInt(port), own);
              } else {
                spec.error("portLevelMtls", "\"" + port + "\" is no port from 1 to 65535");
              }
            });
    if (spec.has("portLevelMtls") && ports.isEmpty()) {
      spec.error("portLevelMtls", "at least one port is required");
    }
    if (!ports.isEmpty() && selector.isEmpty()) {
      spec.error("portLevelMtls", "needs a selector: ports are those of workloads");
    }
    return new PeerAuthentication(meta, selector, mode == null ? Mode.UNSET : mode, ports);
  }

  private static Mode mode(Fields fields) {
    return fields.choice("mode", Mode.class, Mode.UNSET);
  }
}
