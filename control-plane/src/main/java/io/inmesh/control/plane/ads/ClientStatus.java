package io.inmesh.control.plane.ads;

import io.inmesh.control.plane.generate.ResourceType;
import io.inmesh.control.plane.model.ProxyNode;
import java.time.Instant;
import java.util.List;

/** What is known of one connected client. */
public record ClientStatus(
    ProxyNode node,
    String istioVersion,
    String protocol,
    Instant connectedAt,
    String version,
    List<TypeStatus> types) {

  /** One watched type: nonces, how many resources the client has, and what it refused. */
  public record TypeStatus(
      ResourceType type,
      String nonceSent,
      String nonceAcked,
      int resources,
      long nacks,
      String lastNack) {
    public boolean isSynced() {
      return !nonceSent.isEmpty() && nonceSent.equals(nonceAcked);
    }
  }
}
