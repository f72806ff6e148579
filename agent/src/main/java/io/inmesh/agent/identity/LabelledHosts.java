package io.inmesh.agent.identity;

import io.inmesh.engine.cluster.Host;
import io.inmesh.engine.cluster.TransportSocket;
import io.inmesh.instrumentation.api.IdentityMap;
import io.inmesh.instrumentation.api.Label;
import io.inmesh.instrumentation.api.LabelledHost;
import io.inmesh.tls.ClientTls;
import io.inmesh.tls.Credentials;
import io.inmesh.tls.Identity;
import io.inmesh.tls.TlsVersions;
import io.inmesh.tls.TrustBundle;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Hosts as connections to them are made now. A label is made anew when the host's transport socket
 * or the epoch of what it shows and trusts has changed; otherwise a look-up is all. Thread-safe.
 */
public final class LabelledHosts {
  private static final int WAY_BYTES = 10;

  private final MeshSecrets secrets;
  private final IdentityMap<Host, Made> byHost = new IdentityMap<>(unused -> {});
  private final Map<String, WeakReference<LabelledHost>> byLabel = new ConcurrentHashMap<>();

  /**
   * What was made of a host, and of what.
   *
   * @param identity of the moment; while it is the same object no secret of it has changed
   * @param epoch of the secrets, empty in clear
   */
  private record Made(
      TransportSocket socket, @Nullable Identity identity, String epoch, LabelledHost labelled) {
    @SuppressWarnings("ReferenceEquality")
    boolean stillHolds(TransportSocket.Tls tls, @Nullable Identity now) {
      return socket == tls
          && now != null
          && now == identity
          && tls.mesh()
          && !UpstreamNames.goByRequest(tls);
    }
  }

  public LabelledHosts(MeshSecrets secrets) {
    this.secrets = secrets;
  }

  /**
   * How to connect to a host.
   *
   * @param authority of the attempt
   * @throws IOException where it requires TLS that cannot be spoken now
   */
  public LabelledHost of(Host host, String authority) throws IOException {
    TransportSocket socket = host.transportSocket();
    Made made = byHost.get(host);
    if (socket instanceof TransportSocket.RawBuffer) {
      return made != null && made.socket == socket
          ? made.labelled
          : remember(host, new Made(socket, null, "", inClear(host)));
    }
    if (!(socket instanceof TransportSocket.Tls tls)) {
      throw new ConnectException("the transport socket of " + host + " is not supported");
    }
    Identity now = secrets.identity().orElse(null);
    if (made != null && made.stillHolds(tls, now)) {
      return made.labelled;
    }
    String epoch = secrets.epoch(tls.certificateSecret(), tls.validationSecret());
    String serverName = UpstreamNames.goByRequest(tls) ? hostIn(authority) : "";
    boolean same =
        made != null
            && made.socket == socket
            && made.epoch.equals(epoch)
            && made.labelled.serverName().equals(serverName)
            && missing(tls).isEmpty();
    LabelledHost labelled =
        same && made != null ? made.labelled : overTls(host, tls, epoch, serverName);
    return remember(host, new Made(socket, now, epoch, labelled));
  }

  /** Whether what connects as {@code earlier} says would connect alike to {@code now}. */
  public boolean isAlike(LabelledHost earlier, Host now) {
    try {
      return of(now, earlier.serverName()).label().equals(earlier.label());
    } catch (IOException refused) {
      return false;
    }
  }

  /** What a label stands for, or null where nobody holds it any more. */
  public @Nullable LabelledHost of(String label) {
    WeakReference<LabelledHost> known = byLabel.get(label);
    return known == null ? null : known.get();
  }

  /** Forgets the labels that nobody holds any more. */
  public void tidy() {
    byLabel.values().removeIf(reference -> reference.get() == null);
  }

  private LabelledHost remember(Host host, Made made) {
    byHost.put(host, made);
    byLabel.put(made.labelled.label(), new WeakReference<>(made.labelled));
    return made.labelled;
  }

  private static LabelledHost inClear(Host host) throws IOException {
    String label = Label.of(host, "");
    return new LabelledHost(label, host, address(host, label), Optional.empty(), false, "");
  }

  private LabelledHost overTls(Host host, TransportSocket.Tls tls, String epoch, String serverName)
      throws IOException {
    if (host.isOriginalDestination()) {
      // Of such a cluster hosts with an address are picked; this one stands for them in lists only.
      throw new ConnectException(
          host.cluster().name() + " requires TLS, and where the app connects is not known");
    }
    Optional<String> missing = missing(tls);
    if (missing.isPresent()) {
      throw new ConnectException(missing.get());
    }
    UpstreamNames names = UpstreamNames.of(tls, host.endpoint().hostname(), serverName);
    String label = Label.of(host, way(tls, names, epoch));
    LabelledHost known = of(label);
    // Names of requests come in turn; each keeps its sessions.
    if (known != null && known.host() == host && known.serverName().equals(serverName)) {
      return known;
    }
    return new LabelledHost(
        label,
        host,
        address(host, label),
        Optional.of(clientTls(tls, names)),
        tls.mesh(),
        serverName);
  }

  private Optional<String> missing(TransportSocket.Tls tls) {
    String own = tls.certificateSecret();
    String roots = tls.validationSecret();
    if (!own.isEmpty() && secrets.credentials(own).isEmpty()) {
      return Optional.of(
          tls.mesh()
              ? "mutual TLS is required and this workload has no certificate (see /certs)"
              : "the certificate " + own + " is not there (see /certs)");
    }
    return roots.isEmpty() || secrets.roots(roots).isPresent()
        ? Optional.empty()
        : Optional.of("the roots " + roots + " are not there (see /certs)");
  }

  private ClientTls clientTls(TransportSocket.Tls tls, UpstreamNames names) throws IOException {
    Supplier<Optional<Credentials>> own =
        tls.certificateSecret().isEmpty()
            ? Optional::empty
            : () -> secrets.credentials(tls.certificateSecret());
    Supplier<Optional<TrustBundle>> roots = () -> secrets.roots(tls.validationSecret());
    TlsVersions versions = new TlsVersions(tls.parameters().versions(), tls.parameters().ciphers());
    try {
      return tls.validationSecret().isEmpty()
          ? ClientTls.unverified(own, names.sent(), versions)
          : new ClientTls(own, roots, names, names.sent(), versions);
    } catch (GeneralSecurityException e) {
      throw new IOException("TLS cannot be spoken: " + e.getMessage(), e);
    }
  }

  // Two ways of connecting must never share a pool, so this is a digest that nobody can aim at.
  private static String way(TransportSocket.Tls tls, UpstreamNames names, String epoch)
      throws IOException {
    String all =
        String.join(
            "\n",
            tls.certificateSecret(),
            tls.validationSecret(),
            names.sent(),
            tls.alpn().toString(),
            tls.parameters().toString(),
            names.checks().toString(),
            epoch);
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(all.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, WAY_BYTES);
    } catch (GeneralSecurityException e) {
      throw new IOException("this JVM has no SHA-256", e);
    }
  }

  private static InetSocketAddress address(Host host, String label) throws IOException {
    byte[] ip = InetAddress.getByName(host.endpoint().address()).getAddress();
    return new InetSocketAddress(InetAddress.getByAddress(label, ip), host.endpoint().port());
  }

  /** Host without port; an IPv6 address keeps its brackets. */
  private static String hostIn(String authority) {
    int colon = authority.indexOf(':', Math.max(0, authority.indexOf(']')));
    return colon < 0 ? authority : authority.substring(0, colon);
  }
}
