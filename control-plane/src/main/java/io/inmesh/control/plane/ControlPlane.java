package io.inmesh.control.plane;

import io.inmesh.control.plane.ads.AdsServer;
import io.inmesh.control.plane.ads.Snapshot;
import io.inmesh.control.plane.ca.SecurePort;
import io.inmesh.control.plane.config.ConfigFolder;
import io.inmesh.control.plane.config.ConfigState;
import io.inmesh.control.plane.config.FolderWatch;
import io.inmesh.control.plane.config.Problem;
import io.inmesh.control.plane.config.Problem.Severity;
import io.inmesh.control.plane.config.Problems;
import io.inmesh.control.plane.model.Registry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A running control plane: watches a folder and serves what it says. A test may run it in its own
 * process; {@link #close} ends all of its threads.
 */
public final class ControlPlane implements AutoCloseable {

  /**
   * What to read and where to listen.
   *
   * @param meshConfig a MeshConfig file, or null for Istio's defaults
   * @param monitoring null for no debug endpoint
   * @param secure the port with TLS and the certificate authority, or null
   */
  public record Options(
      Path config,
      @Nullable Path meshConfig,
      HostPort xds,
      @Nullable HostPort monitoring,
      SecurePort.@Nullable Options secure) {

    /** Free ports on the loopback address. */
    public static Options local(Path config) {
      HostPort free = new HostPort("127.0.0.1", 0);
      return new Options(config, null, free, free, null);
    }

    /** The same with a certificate authority. */
    public Options withSecure(SecurePort.Options value) {
      return new Options(config, meshConfig, xds, monitoring, value);
    }
  }

  private final Consumer<String> log;
  private final ConfigFolder folder;
  private final AdsServer ads;
  private final FolderWatch watch;
  private final @Nullable MonitoringServer monitoring;
  private final @Nullable SecurePort secure;
  private final Set<String> said = new HashSet<>();
  private final Set<String> saidUnused = new HashSet<>();
  private volatile List<Problem> problems = List.of();
  private volatile long reloads;

  private ControlPlane(Options options, Consumer<String> log) throws IOException {
    this.log = log;
    this.folder = new ConfigFolder(options.config(), options.meshConfig());
    this.ads = new AdsServer(options.xds().address(), load(), log);
    MonitoringServer opened = null;
    SecurePort authority = null;
    try {
      SecurePort.Options ca = options.secure();
      if (ca != null) {
        Registry registry = ads.snapshot().registry();
        authority =
            new SecurePort(
                ca, ads.service(), registry.mesh().trustDomain(), InstantSource.system(), log);
        authority.registry(registry);
      }
      HostPort wanted = options.monitoring();
      opened = wanted == null ? null : new MonitoringServer(wanted.address(), this);
      this.watch = new FolderWatch(folder, this::reload);
    } catch (IOException | RuntimeException e) {
      if (opened != null) {
        opened.close();
      }
      if (authority != null) {
        authority.close();
      }
      ads.close();
      throw e;
    }
    this.monitoring = opened;
    this.secure = authority;
  }

  /**
   * Reads the folder and opens the ports.
   *
   * @param log takes one line for people at a time, on any thread
   * @throws IOException if a port is taken
   * @throws IllegalArgumentException if the folder or the MeshConfig file does not exist
   */
  public static ControlPlane start(Options options, Consumer<String> log) throws IOException {
    return new ControlPlane(options, log);
  }

  /** Where ADS clients connect. */
  public HostPort xds() {
    return HostPort.of(ads.address());
  }

  /** Where the debug endpoints are, or null without them. */
  public @Nullable HostPort monitoring() {
    return monitoring == null ? null : HostPort.of(monitoring.address());
  }

  /** Where TLS clients connect, or null without a certificate authority. */
  public @Nullable HostPort secure() {
    return secure == null ? null : HostPort.of(secure.address());
  }

  /** What is wrong with the configuration as it is on disk. */
  public List<Problem> problems() {
    return problems;
  }

  AdsServer ads() {
    return ads;
  }

  long reloads() {
    return reloads;
  }

  @Override
  public void close() {
    watch.close();
    ads.close();
    if (secure != null) {
      secure.close();
    }
    if (monitoring != null) {
      monitoring.close();
    }
  }

  private void reload() {
    try {
      Snapshot next = load();
      ads.push(next);
      if (secure != null) {
        secure.registry(next.registry());
      }
    } catch (RuntimeException e) {
      log.accept("the configuration cannot be put in force, the last one stays: " + e);
    }
  }

  private synchronized Snapshot load() {
    ConfigState state = folder.load();
    Registry registry = Registry.of(state.resources(), state.mesh());
    Problems references = new Problems();
    ReferenceChecks.check(registry, references);
    SecurityChecks.check(registry, references);
    List<Problem> all = new ArrayList<>(state.problems());
    all.addAll(references.all());
    problems = List.copyOf(all);
    report(state);
    reloads++;
    String version = Instant.now().truncatedTo(ChronoUnit.SECONDS) + "/" + reloads;
    return new Snapshot(version, registry);
  }

  private void report(ConfigState state) {
    Set<String> now = new HashSet<>();
    boolean newError = false;
    for (Problem problem : problems) {
      String text =
          problem.severity() == Severity.ERROR
              ? "ERROR " + problem.message()
              : (problem.severity() == Severity.WARNING ? "warning " : "note ") + problem.message();
      now.add(text);
      if (said.add(text)) {
        log.accept(text);
        newError |= problem.severity() == Severity.ERROR;
      }
    }
    // a problem that went away and comes back is said again
    if (said.retainAll(now) && now.stream().noneMatch(text -> text.startsWith("ERROR"))) {
      log.accept("the configuration has no errors");
    }
    if (newError) {
      log.accept("the last good content of files with errors stays in force");
    }
    new TreeMap<>(state.unused())
        .forEach(
            (kind, count) -> {
              if (saidUnused.add(kind)) {
                log.accept("note " + kind + " is not used yet (" + count + " found)");
              }
            });
  }
}
