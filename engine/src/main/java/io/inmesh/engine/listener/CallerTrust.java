package io.inmesh.engine.listener;

import io.inmesh.engine.http.RequestHead;
import io.inmesh.engine.net.Cidr;
import io.inmesh.engine.net.IpAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who a connection manager believes to call, and whose {@code x-envoy-} headers it honours: those
 * of internal callers. By Envoy's default nobody is internal.
 *
 * @param useRemoteAddress whether the caller's own address counts and not x-forwarded-for
 * @param trustedHops {@code xff_num_trusted_hops}: how many proxies stand before this one, the peer
 *     included where its own address counts
 * @param internal the ranges of internal addresses
 */
public record CallerTrust(boolean useRemoteAddress, int trustedHops, List<Cidr> internal) {
  /** Nobody. */
  public static final CallerTrust NONE = new CallerTrust(false, 0, List.of());

  public CallerTrust {
    internal = List.copyOf(internal);
  }

  /**
   * Whether the caller is internal.
   *
   * @param forwardedFor the header x-forwarded-for, or null
   * @param callerIp the caller's own address
   */
  public boolean trusts(@Nullable String forwardedFor, String callerIp) {
    if (internal.isEmpty()) {
      return false;
    }
    if (useRemoteAddress) {
      return forwardedFor == null && isInternal(callerIp);
    }
    // An address that others passed on says nothing of who calls.
    return forwardedFor != null
        && forwardedFor.indexOf(',') < 0
        && trustedHops == 0
        && isInternal(forwardedFor.strip());
  }

  /**
   * The client's address: that of the peer, or the one that x-forwarded-for has at the first place
   * beyond the trusted hops.
   *
   * @param peer the peer's own address, null where that is not known
   */
  public @Nullable IpAddress remoteIp(RequestHead head, @Nullable IpAddress peer) {
    int skipped = useRemoteAddress ? trustedHops - 1 : trustedHops;
    String forwardedFor = skipped < 0 ? null : head.header("x-forwarded-for");
    if (forwardedFor == null) {
      return peer;
    }
    int end = forwardedFor.length();
    for (int i = 0; i < skipped; i++) {
      end = forwardedFor.lastIndexOf(',', end - 1);
      if (end < 0) {
        return peer;
      }
    }
    int start = forwardedFor.lastIndexOf(',', end - 1) + 1;
    String last = forwardedFor.substring(start, end).strip();
    // Brackets belong to hosts; Envoy takes an address in them for none.
    IpAddress found = last.startsWith("[") ? null : IpAddress.parse(last);
    return found == null ? peer : found;
  }

  private boolean isInternal(String address) {
    IpAddress parsed = IpAddress.parse(address);
    if (parsed == null) {
      return false;
    }
    for (int i = 0; i < internal.size(); i++) {
      if (internal.get(i).contains(parsed)) {
        return true;
      }
    }
    return false;
  }
}
