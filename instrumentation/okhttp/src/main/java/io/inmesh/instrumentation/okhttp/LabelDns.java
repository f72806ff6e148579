package io.inmesh.instrumentation.okhttp;

import io.inmesh.engine.cluster.Host;
import io.inmesh.instrumentation.api.Label;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import okhttp3.Dns;

/**
 * Answers with one endpoint under its label. The library's pool compares the Dns of two addresses,
 * so equality by label keeps connections of different clusters apart.
 */
record LabelDns(String label, String ip) implements Dns {
  static LabelDns of(Host host) {
    return new LabelDns(Label.of(host), host.endpoint().address());
  }

  @Override
  public List<InetAddress> lookup(String hostname) throws UnknownHostException {
    return List.of(InetAddress.getByAddress(label, InetAddress.getByName(ip).getAddress()));
  }
}
