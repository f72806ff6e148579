package io.inmesh.engine.authz;

import static org.assertj.core.api.Assertions.assertThat;

import io.inmesh.engine.TestHead;
import io.inmesh.engine.listener.CallerTrust;
import io.inmesh.engine.listener.Downstream;
import io.inmesh.engine.listener.FilterChain;
import io.inmesh.engine.listener.FilterChainAction;
import io.inmesh.engine.listener.FilterChainMatch;
import io.inmesh.engine.listener.NetworkFilter;
import io.inmesh.engine.match.StringMatcher;
import io.inmesh.engine.net.Cidr;
import io.inmesh.engine.net.IpAddress;
import io.inmesh.engine.trace.Trace;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What vectors cannot see of access control: what is counted, and what is not known. */
class RbacFilterTest {
  private static final Downstream PEER =
      new Downstream(
          IpAddress.parse("10.9.1.2"),
          8080,
          IpAddress.parse("10.1.2.3"),
          4567,
          "",
          Optional.empty());

  private final RbacStats stats = new RbacStats();

  // ---- counts ----

  @Test
  void eachDecisionIsCountedWithThePolicyThatMadeIt() {
    RbacFilter filter = RbacFilter.of(new Rbac(Rbac.Action.DENY, Map.of("admin", path("/admin"))));
    filter.check(get("/admin"), stats);
    filter.check(get("/admin/x"), stats);
    filter.check(get("/items"), stats);
    assertThat(stats.enforced().denied()).isEqualTo(2);
    assertThat(stats.enforced().allowed()).isEqualTo(1);
    assertThat(stats.enforced().byPolicy()).isEqualTo(Map.of("admin", 2L));
    assertThat(stats.shadow().denied()).isZero();
  }

  @Test
  void shadowRulesAreCountedByThemselvesAndDenyNobody() {
    RbacFilter filter = new RbacFilter(null, new Rbac(Rbac.Action.ALLOW, Map.of()), "dry_");
    assertThat(filter.check(get("/"), stats)).isSameAs(RbacResult.ALLOWED);
    assertThat(stats.shadow().denied()).isEqualTo(1);
    assertThat(stats.enforced().allowed()).isZero();
  }

  @Test
  void anExplanationCountsNothing() {
    RbacFilter filter =
        new RbacFilter(
            new Rbac(Rbac.Action.ALLOW, Map.of()),
            new Rbac(Rbac.Action.DENY, Map.of("p", path("/"))),
            "");
    Trace trace = Trace.recording();
    assertThat(filter.explain(get("/"), "access", trace).allowed()).isFalse();
    assertThat(trace.entries())
        .extracting(entry -> entry.kind() + " " + entry.name() + ": " + entry.outcome())
        .containsExactly(
            "shadow rbac access: denied, matched policy p",
            "rbac access: denied, no policy matched");
    assertThat(stats.enforced().denied()).isZero();
    assertThat(stats.shadow().denied()).isZero();
  }

  // ---- connections ----

  @Test
  void aChainAsksItsFiltersUntilOneDenies() {
    NetworkFilter.Rbac first =
        new NetworkFilter.Rbac(
            "deny", RbacFilter.of(new Rbac(Rbac.Action.DENY, Map.of("port", port(9999)))));
    NetworkFilter.Rbac second =
        new NetworkFilter.Rbac("allow", RbacFilter.of(new Rbac(Rbac.Action.ALLOW, Map.of())));
    FilterChain chain =
        new FilterChain(
            "c",
            FilterChainMatch.ANY,
            List.of(first, second),
            new FilterChainAction.Refuse("does not matter"),
            java.util.Optional.empty());
    RbacResult result = chain.authorize(PEER, Trace.OFF);
    assertThat(result.allowed()).isFalse();
    assertThat(result.details()).isEqualTo("rbac_access_denied_matched_policy[none]");
    assertThat(first.stats().enforced().allowed()).isEqualTo(1);
    assertThat(second.stats().enforced().denied()).isEqualTo(1);
  }

  @Test
  void aChainWithoutFiltersAllows() {
    FilterChain chain =
        new FilterChain("c", FilterChainMatch.ANY, new FilterChainAction.Refuse("no matter"));
    assertThat(chain.authorize(Downstream.NONE, Trace.OFF)).isSameAs(RbacResult.ALLOWED);
  }

  // ---- what is not known ----

  @Test
  void aConnectionOfWhichNothingIsKnownIsOfNoAddressAndNoName() {
    Cidr all = Cidr.parse("0.0.0.0/0");
    RbacRequest unknown = RbacRequest.of(Downstream.NONE);
    assertThat(new Principal.DirectRemoteIp(all).matches(unknown)).isFalse();
    assertThat(new Principal.RemoteIp(all).matches(unknown)).isFalse();
    assertThat(new Permission.DestinationIp(all).matches(unknown)).isFalse();
    assertThat(new Principal.Authenticated(null).matches(unknown)).isFalse();
  }

  // ---- the client's address ----

  @ParameterizedTest(name = "{0} with {1} hops, {2}: {3}")
  @CsvSource({
    "false, 0, '', 10.1.2.3",
    "false, 0, 1.1.1.1, 1.1.1.1",
    "false, 0, '2.2.2.2,1.1.1.1', 1.1.1.1",
    "false, 1, '2.2.2.2, 1.1.1.1', 2.2.2.2",
    "false, 2, '2.2.2.2, 1.1.1.1', 10.1.2.3",
    "false, 0, nobody, 10.1.2.3",
    "false, 0, '1.1.1.1,', 10.1.2.3",
    "false, 0, '[::1]', 10.1.2.3",
    "true, 0, 1.1.1.1, 10.1.2.3",
    "true, 1, '2.2.2.2, 1.1.1.1', 1.1.1.1",
    "true, 2, '2.2.2.2, 1.1.1.1', 2.2.2.2",
    "true, 3, '2.2.2.2, 1.1.1.1', 10.1.2.3",
  })
  void theClientIsTheFirstThatIsNotTrusted(
      boolean useRemoteAddress, int hops, String forwardedFor, String client) {
    TestHead head = TestHead.get("http://h/");
    if (!forwardedFor.isEmpty()) {
      head.with("x-forwarded-for", forwardedFor);
    }
    CallerTrust trust = new CallerTrust(useRemoteAddress, hops, List.of());
    assertThat(trust.remoteIp(head, PEER.remoteIp())).isEqualTo(IpAddress.parse(client));
  }

  private static RbacRequest get(String path) {
    return RbacRequest.of(PEER, TestHead.get("http://h" + path), CallerTrust.NONE);
  }

  private static Policy path(String prefix) {
    return new Policy(
        List.of(new Permission.UrlPath(new StringMatcher.Prefix(prefix, false))),
        List.of(new Principal.Any()));
  }

  private static Policy port(int port) {
    return new Policy(List.of(new Permission.DestinationPort(port)), List.of(new Principal.Any()));
  }
}
