package io.inmesh.engine.listener;

import io.inmesh.engine.net.Cidr;
import io.inmesh.engine.net.IpAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whose {@code x-envoy-} headers a connection manager honours: those of internal callers. By
 * Envoy's default nobody is internal.
 *
 * @param useRemoteAddress whether the caller's own address counts and not x-forwarded-for
 * @param trustedHops {@code xff_num_trusted_hops}
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
