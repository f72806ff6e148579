package io.inmesh.cli.run;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A control plane on this machine.
 *
 * @param xds HOST:PORT of its xDS port without TLS
 * @param monitoring HOST:PORT of its debug and metrics port
 * @param config the folder that it reads
 * @param authority where it signs certificates, if it does
 */
public record RunningControlPlane(
    long pid, String xds, String monitoring, String config, Optional<LocalAuthority> authority) {
  /** The line by which a control plane says that it is ready. */
  public static final Pattern READY =
      Pattern.compile("inmesh control plane ready xds=(\\S+) monitoring=(\\S+)(?: secure=(\\S+))?");

  /**
   * A control plane that has said that it is ready.
   *
   * @param ready a match of {@link #READY}
   * @param caDir the folder of its root; empty if it signs nothing or keeps the root to itself
   * @param tokens where it writes tokens of service accounts; empty if it writes none
   */
  public static RunningControlPlane of(
      long pid, Matcher ready, String config, Optional<Path> caDir, Optional<Path> tokens) {
    String secure = ready.group(3);
    boolean signs = secure != null && caDir.isPresent() && tokens.isPresent();
    return new RunningControlPlane(
        pid,
        ready.group(1),
        ready.group(2),
        config,
        signs
            ? Optional.of(new LocalAuthority(secure, caDir.get(), tokens.get()))
            : Optional.empty());
  }

  static RunningControlPlane read(Properties properties) {
    return new RunningControlPlane(
        Long.parseLong(properties.getProperty("pid")),
        properties.getProperty("xds", ""),
        properties.getProperty("monitoring", ""),
        properties.getProperty("config", ""),
        LocalAuthority.read(properties));
  }

  Properties toProperties() {
    Properties properties = new Properties();
    properties.setProperty("pid", Long.toString(pid));
    properties.setProperty("xds", xds);
    properties.setProperty("monitoring", monitoring);
    properties.setProperty("config", config);
    authority.ifPresent(signing -> signing.write(properties));
    return properties;
  }

  /** Settings of an agent without an identity. */
  public Map<String, String> anonymous() {
    return Map.of("xds", "http://" + xds);
  }
}
