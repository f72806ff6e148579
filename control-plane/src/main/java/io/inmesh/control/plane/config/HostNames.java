package io.inmesh.control.plane.config;

import io.inmesh.control.plane.model.Destination;

/** Istio's rule for short host names in routes and rules. */
final class HostNames {
  private static final String DOMAIN = "cluster.local";

  private HostNames() {}

  /** A name without dots is a service of the resource's own namespace. */
  static String resolve(String host, String namespace) {
    if (host.isEmpty() || host.contains(".") || host.contains("*")) {
      return host;
    }
    return host + "." + namespace + ".svc." + DOMAIN;
  }

  static Destination destination(Fields fields, String namespace) {
    String host = resolve(fields.requiredString("host"), namespace);
    Integer port = fields.object("port", p -> p.integer("number", 0, 1, 65535));
    return new Destination(host, fields.string("subset"), port == null ? 0 : port);
  }
}
