package io.inmesh.control.plane.ca;

import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.GrpcSslContexts;
import io.inmesh.control.plane.ads.AdsServer;
import io.inmesh.control.plane.model.Instance;
import io.inmesh.control.plane.model.Registry;
import io.inmesh.control.plane.model.Service;
import io.inmesh.control.plane.model.WorkloadEntry;
import io.inmesh.control.plane.model.WorkloadSpec;
import io.inmesh.tls.CredentialsKeyManager;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.KeyManager;
import org.jspecify.annotations.Nullable;

/**
 * The port with TLS: discovery and the certificate authority, as istiod's 15012. A client may show
 * a certificate of the mesh; if it does, it must be good. Thread-safe.
 */
public final class SecurePort implements AutoCloseable {
  private static final List<String> OTHER_NAMES =
      List.of(
          "localhost",
          "127.0.0.1",
          "istiod.istio-system.svc",
          "istiod.istio-system.svc.cluster.local");
  private static final long END_MILLIS = 2000;

  private final Server server;
  private final @Nullable LocalTokens tokens;
  private final Consumer<String> log;
  private final ScheduledExecutorService renewal =
      Executors.newSingleThreadScheduledExecutor(SecurePort::daemon);
  private final CertificateAuthority authority;
  private final CurrentTrust trust;
  private final ServingCertificate serving;
  private final @Nullable Path caDir;
  private volatile Set<LocalTokens.Account> accounts = Set.of();
  private String seen = "";

  /**
   * Where to listen and whom to believe.
   *
   * @param caDir Istio's names; a root is made where the folder has none; null keeps it in memory
   * @param jwtRule Istio's JWTRule as JSON, or null
   * @param tokens folder for tokens of local use, or null
   */
  public record Options(
      InetSocketAddress address,
      @Nullable Path caDir,
      @Nullable String jwtRule,
      @Nullable Path tokens) {}

  /**
   * Opens the port.
   *
   * @param discovery what is served beside the authority
   * @throws IOException if the port is taken or a file is broken
   * @throws IllegalArgumentException if the JWT rule makes no sense
   */
  public SecurePort(
      Options options,
      ServerServiceDefinition discovery,
      String trustDomain,
      InstantSource clock,
      Consumer<String> log)
      throws IOException {
    this.log = log;
    Path folder = options.caDir();
    CaMaterial material =
        folder == null
            ? CaMaterial.selfSigned(trustDomain, clock.instant())
            : CaMaterial.in(folder, trustDomain);
    caDir = folder;
    seen = folder == null ? "" : CaMaterial.stamp(folder);
    authority = new CertificateAuthority(material, clock);
    Audit audit = new Audit(log);
    try {
      trust = new CurrentTrust(material.roots(), audit);
    } catch (GeneralSecurityException e) {
      throw new IOException("the roots cannot be used: " + e.getMessage(), e);
    }
    List<JwtRule> rules = new ArrayList<>();
    String rule = options.jwtRule();
    if (rule != null) {
      rules.add(JwtRule.parse(rule));
    }
    Path tokenFolder = options.tokens();
    tokens = tokenFolder == null ? null : new LocalTokens(tokenFolder, clock);
    if (tokens != null) {
      rules.add(tokens.rule());
    }
    Set<String> names = new TreeSet<>(OTHER_NAMES);
    names.add(options.address().getHostString());
    serving = new ServingCertificate(authority, names, clock, log);
    server =
        AdsServer.port(options.address())
            .sslContext(context())
            .addService(discovery)
            .addService(new SigningService(authority, trustDomain, rules, audit).definition())
            .build()
            .start();
    long half = LocalTokens.LIFE.toSeconds() / 2;
    renewal.scheduleWithFixedDelay(this::writeTokens, half, half, TimeUnit.SECONDS);
    if (folder != null) {
      renewal.scheduleWithFixedDelay(this::lookAtFolder, 1, 1, TimeUnit.SECONDS);
    }
  }

  private SslContext context() throws IOException {
    KeyManager shown = new CredentialsKeyManager(() -> Optional.of(serving.shown()));
    return GrpcSslContexts.configure(SslContextBuilder.forServer(shown), SslProvider.JDK)
        .trustManager(trust)
        .clientAuth(ClientAuth.OPTIONAL)
        .build();
  }

  /** Files that do not belong together, as while they are copied, change nothing. */
  private void lookAtFolder() {
    Path folder = Objects.requireNonNull(caDir);
    String now = CaMaterial.stamp(folder);
    if (now.equals(seen)) {
      return;
    }
    seen = now;
    try {
      CaMaterial next = CaMaterial.read(folder);
      trust.use(next.roots());
      authority.use(next);
      serving.renew();
      log.accept("signs with " + next + "; workloads trust " + next.roots().size() + " root(s)");
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      // What an exception ends is never looked at again.
      log.accept("ca-dir has changed and is not used, the last one stays: " + e.getMessage());
    }
  }

  /** Tokens are written for the service accounts of a registry. */
  public void registry(Registry registry) {
    Set<LocalTokens.Account> found = new HashSet<>();
    for (WorkloadEntry workload : registry.workloads()) {
      add(found, workload.meta().namespace(), workload.spec());
    }
    for (Service service : registry.services()) {
      for (Instance instance : service.instances()) {
        add(found, instance.namespace(), instance.spec());
      }
    }
    if (!found.equals(accounts)) {
      accounts = Set.copyOf(found);
      writeTokens();
    }
  }

  private void add(Set<LocalTokens.Account> found, String namespace, WorkloadSpec workload) {
    if (!workload.serviceAccount().isEmpty()) {
      try {
        found.add(new LocalTokens.Account(namespace, workload.serviceAccount()));
      } catch (IllegalArgumentException e) {
        log.accept("no token is written: " + e.getMessage());
      }
    }
  }

  private void writeTokens() {
    if (tokens != null) {
      try {
        tokens.write(accounts);
      } catch (IOException | RuntimeException e) {
        log.accept("tokens cannot be written: " + e.getMessage());
      }
    }
  }

  /** Where clients connect. */
  public InetSocketAddress address() {
    return (InetSocketAddress) Objects.requireNonNull(server.getListenSockets().get(0));
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "inmesh-ca");
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public void close() {
    renewal.shutdownNow();
    server.shutdownNow();
    try {
      server.awaitTermination(END_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
