package io.inmesh.instrumentation.okhttp;

import io.inmesh.instrumentation.api.IdentityMap;
import io.inmesh.instrumentation.api.Label;
import io.inmesh.instrumentation.api.LabelledHost;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.util.List;
import okhttp3.Address;
import okhttp3.CertificatePinner;
import okhttp3.ConnectionSpec;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/** Where the library decides what to connect to, and where it connects. */
final class ConnectAdvice {
  private final Attempts attempts;
  private final MeshSockets sockets;
  private final Internals internals;
  private final OwnAddresses own = new OwnAddresses();
  private final IdentityMap<LabelledHost, Aimed> addresses = new IdentityMap<>(unused -> {});

  ConnectAdvice(Attempts attempts, MeshSockets sockets, Internals internals) {
    this.attempts = attempts;
    this.sockets = sockets;
    this.internals = internals;
  }

  /**
   * {@code createAddress(HttpUrl)}: the address, if the same client has made it before; making one
   * takes parsing its host anew.
   */
  @Nullable Object known(Object maker, HttpUrl url) {
    Attempts.Aim aim = aim();
    if (aim == null) {
      return own.find(client(maker), url);
    }
    Aimed known = addresses.get(aim.target());
    return known != null && known.client() == aim.client() && known.isFor(url)
        ? known.mesh()
        : null;
  }

  /** What it returns: of a routed hop the app's own in everything but its Dns and proxy. */
  Address address(Address app, Object maker, HttpUrl url) {
    Attempts.Aim aim = aim();
    if (aim == null) {
      own.keep(client(maker), app);
      return app;
    }
    Address mesh = aimed(app, aim.target());
    addresses.put(aim.target(), new Aimed(aim.client(), app.url(), mesh));
    return mesh;
  }

  private Attempts.@Nullable Aim aim() {
    Attempts.Aim aim = attempts.current();
    return aim == null || aim.target().host().isOriginalDestination() ? null : aim;
  }

  /**
   * What a client's address for a URL becomes at an endpoint.
   *
   * @param app scheme, host and port that it is for
   */
  private record Aimed(Object client, HttpUrl app, Address mesh) {
    boolean isFor(HttpUrl url) {
      return OwnAddresses.isFor(app, url);
    }
  }

  /** In 5.x the client itself makes addresses. */
  private OkHttpClient client(Object maker) {
    return maker instanceof OkHttpClient client ? client : internals.client(maker);
  }

  private Address aimed(Address app, LabelledHost target) {
    // The app's own https keeps its TLS: the mesh chose no more than the endpoint.
    boolean secured = target.tls().isPresent() && !app.url().isHttps();
    return new Address(
        app.url().host(),
        app.url().port(),
        new LabelDns(target),
        app.socketFactory(),
        secured ? sockets.factory(target) : app.sslSocketFactory(),
        secured ? MeshSockets.CHECKED_ALREADY : app.hostnameVerifier(),
        secured ? CertificatePinner.DEFAULT : app.certificatePinner(),
        app.proxyAuthenticator(),
        Proxy.NO_PROXY,
        secured ? sockets.protocols(app.protocols(), target) : app.protocols(),
        secured ? List.of(ConnectionSpec.MODERN_TLS) : app.connectionSpecs(),
        app.proxySelector());
  }

  /** {@code Platform.connectSocket}: the cluster's connect timeout where the app's is longer. */
  int timeout(@Nullable Object platform, Socket socket, InetSocketAddress address, int millis) {
    int own = Label.connectMillis(address.getHostString());
    return own > 0 && (millis == 0 || own < millis) ? own : millis;
  }

  /** {@code Platform.connectSocket}: a labelled address carries its real port in the label. */
  InetSocketAddress target(@Nullable Object platform, Socket socket, InetSocketAddress address) {
    InetAddress ip = address.getAddress();
    int port = Label.port(address.getHostString());
    return ip == null || port < 0 ? address : new InetSocketAddress(ip, port);
  }
}
