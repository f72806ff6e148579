package io.inmesh.engine.authz;

import io.inmesh.engine.http.RequestHead;
import io.inmesh.engine.listener.CallerTrust;
import io.inmesh.engine.listener.Downstream;
import io.inmesh.engine.match.HeaderMatcher;
import io.inmesh.engine.match.MetadataMatcher;
import io.inmesh.engine.match.PathMatcher;
import io.inmesh.engine.match.StringMatcher;
import io.inmesh.engine.net.Cidr;
import io.inmesh.engine.net.IpAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What access control sees of one request, or of a connection that has none yet. One thread at a
 * time.
 */
public final class RbacRequest {
  private final Downstream downstream;
  private final @Nullable RequestHead head;
  private final CallerTrust trust;
  private boolean remoteKnown;
  private @Nullable IpAddress remote;

  private RbacRequest(Downstream downstream, @Nullable RequestHead head, CallerTrust trust) {
    this.downstream = downstream;
    this.head = head;
    this.trust = trust;
  }

  /** A connection as network filters see it: without headers and path. */
  public static RbacRequest of(Downstream downstream) {
    return new RbacRequest(downstream, null, CallerTrust.NONE);
  }

  /**
   * A request on a connection.
   *
   * @param head with the path as it was normalised
   * @param trust what the connection manager makes of x-forwarded-for
   */
  public static RbacRequest of(Downstream downstream, RequestHead head, CallerTrust trust) {
    return new RbacRequest(downstream, head, trust);
  }

  Downstream downstream() {
    return downstream;
  }

  boolean header(HeaderMatcher matcher) {
    return head != null && matcher.matches(head);
  }

  boolean path(StringMatcher matcher) {
    return head != null && matcher.matches(head.path());
  }

  boolean template(PathMatcher.UriTemplate matcher) {
    return head != null && matcher.matches(head.path());
  }

  // Nothing writes dynamic metadata yet.
  boolean metadata(MetadataMatcher matcher) {
    return matcher.matches(Map.of());
  }

  /** By the peer's own address. */
  boolean directRemoteIp(Cidr range) {
    return in(range, downstream.remoteIp());
  }

  /** By the address that the connection manager believes to be the client's. */
  boolean remoteIp(Cidr range) {
    if (!remoteKnown) {
      remoteKnown = true;
      remote = head == null ? downstream.remoteIp() : trust.remoteIp(head, downstream.remoteIp());
    }
    return in(range, remote);
  }

  boolean destinationIp(Cidr range) {
    return in(range, downstream.localIp());
  }

  private static boolean in(Cidr range, @Nullable IpAddress ip) {
    return ip != null && range.contains(ip);
  }
}
