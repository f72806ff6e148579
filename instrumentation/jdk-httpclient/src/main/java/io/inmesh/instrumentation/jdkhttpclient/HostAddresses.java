package io.inmesh.instrumentation.jdkhttpclient;

import io.inmesh.engine.cluster.Host;
import io.inmesh.instrumentation.api.IdentityMap;
import io.inmesh.instrumentation.api.Label;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/**
 * Labelled addresses: the real ip and port under a host name that is the label. The library keys
 * its HTTP/2 and TLS pools by that name, so connections of different clusters never mix; nothing is
 * resolved.
 */
final class HostAddresses {
  private final IdentityMap<Host, InetSocketAddress> known = new IdentityMap<>(unused -> {});

  /**
   * The address of a host, made once.
   *
   * @throws UnknownHostException if the endpoint is named and does not resolve
   */
  InetSocketAddress of(Host host) throws UnknownHostException {
    InetSocketAddress address = known.get(host);
    if (address == null) {
      byte[] ip = InetAddress.getByName(host.endpoint().address()).getAddress();
      address =
          new InetSocketAddress(
              InetAddress.getByAddress(Label.of(host), ip), host.endpoint().port());
      known.put(host, address);
    }
    return address;
  }
}
