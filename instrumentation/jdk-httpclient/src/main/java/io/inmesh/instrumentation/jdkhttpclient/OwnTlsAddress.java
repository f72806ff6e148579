package io.inmesh.instrumentation.jdkhttpclient;

import io.inmesh.instrumentation.api.LabelledHost;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/**
 * An endpoint that hears the app's own TLS: the library's pools keep its connections by the label,
 * its TLS sends and checks the name that the app has asked for.
 */
final class OwnTlsAddress extends InetSocketAddress {
  private static final long serialVersionUID = 1;

  private final InetSocketAddress asked;

  /**
   * @param name host in the app's URI
   */
  OwnTlsAddress(LabelledHost to, String name) throws UnknownHostException {
    super(to.address().getAddress(), to.address().getPort());
    asked = new InetSocketAddress(InetAddress.getByAddress(name, ip(to)), getPort());
  }

  private static byte[] ip(LabelledHost to) {
    return to.address().getAddress().getAddress();
  }

  /** The endpoint under the name that TLS is about. */
  InetSocketAddress asked() {
    return asked;
  }
}
