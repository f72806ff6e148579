package io.inmesh.cli.run;

import java.util.Properties;

/**
 * A control plane on this machine.
 *
 * @param xds HOST:PORT of its xDS port without TLS
 * @param monitoring HOST:PORT of its debug and metrics port
 * @param config the folder that it reads
 */
public record RunningControlPlane(long pid, String xds, String monitoring, String config) {
  static RunningControlPlane read(Properties properties) {
    return new RunningControlPlane(
        Long.parseLong(properties.getProperty("pid")),
        properties.getProperty("xds", ""),
        properties.getProperty("monitoring", ""),
        properties.getProperty("config", ""));
  }

  Properties toProperties() {
    Properties properties = new Properties();
    properties.setProperty("pid", Long.toString(pid));
    properties.setProperty("xds", xds);
    properties.setProperty("monitoring", monitoring);
    properties.setProperty("config", config);
    return properties;
  }
}
