package io.inmesh.engine;

/**
 * What the sidecar's wire headers say about this workload.
 *
 * @param nodeId {@code sidecar~ip~pod.ns~ns.svc.domain}, or empty: then no peer metadata is sent
 * @param peerMetadata base64 of the peer metadata Struct, or empty
 * @param ip the workload's address, or empty
 */
public record SidecarIdentity(String nodeId, String peerMetadata, String ip) {
  /** Says nothing. */
  public static final SidecarIdentity NONE = new SidecarIdentity("", "", "");
}
