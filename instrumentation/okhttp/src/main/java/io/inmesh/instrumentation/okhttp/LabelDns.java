package io.inmesh.instrumentation.okhttp;

import io.inmesh.instrumentation.api.LabelledHost;
import java.net.InetAddress;
import java.util.List;
import okhttp3.Dns;

/**
 * Answers with one endpoint under its label. The library's pool compares the Dns of two addresses,
 * so equality by label keeps connections of different clusters apart.
 */
final class LabelDns implements Dns {
  private final LabelledHost target;

  LabelDns(LabelledHost target) {
    this.target = target;
  }

  LabelledHost target() {
    return target;
  }

  @Override
  public List<InetAddress> lookup(String hostname) {
    return List.of(target.address().getAddress());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LabelDns dns && dns.target.label().equals(target.label());
  }

  @Override
  public int hashCode() {
    return target.label().hashCode();
  }
}
