package io.inmesh.control.plane.generate;

/** Istio's resource names. */
final class Names {
  static final String BLACK_HOLE = "BlackHoleCluster";
  static final String PASSTHROUGH = "PassthroughCluster";
  static final String INBOUND_PASSTHROUGH = "InboundPassthroughCluster";
  static final String PASSTHROUGH_CHAIN = "PassthroughFilterChain";
  static final String VIRTUAL_OUTBOUND = "virtualOutbound";
  static final String VIRTUAL_INBOUND = "virtualInbound";
  static final int OUTBOUND_PORT = 15001;
  static final int INBOUND_PORT = 15006;

  private Names() {}

  static String outbound(int port, String subset, String host) {
    return "outbound|" + port + "|" + subset + "|" + host;
  }

  static String inbound(int port) {
    return "inbound|" + port + "||";
  }

  /** The server name that the destination's sidecar routes by. */
  static String sni(int port, String subset, String host) {
    return "outbound_." + port + "_." + subset + "_." + host;
  }
}
