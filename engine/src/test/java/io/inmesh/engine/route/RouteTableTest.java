package io.inmesh.engine.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.inmesh.engine.match.FractionalPercent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouteTableTest {
  private static VirtualHost host(String... domains) {
    return new VirtualHost(domains[0], List.of(domains), List.of());
  }

  private static RouteTable table(boolean ignorePort, VirtualHost... hosts) {
    return new RouteTable(
        "t", List.of(hosts), ignorePort, false, HeaderMutations.NONE, HeaderMutations.NONE);
  }

  @ParameterizedTest
  @CsvSource({
    "a.com, a.com",
    "A.COM, a.com",
    "b.a.com, *.a.com",
    "x.b.a.com, *.b.a.com",
    ".a.com, *",
    "www.x, www.*",
    "www.shop.x, www.shop.*",
    "www., *",
    "www.a.com, *.a.com",
    "else, *",
    "a.com:80, *",
    "'', *",
  })
  void exactThenLongestSuffixThenLongestPrefixThenAny(String authority, String expected) {
    RouteTable table =
        table(
            false,
            host("*"),
            host("*.a.com"),
            host("*.b.a.com"),
            host("www.*"),
            host("www.shop.*"),
            host("a.com"));
    VirtualHost found = table.virtualHost(authority);
    assertThat(found).isNotNull();
    assertThat(found.name()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "a.com:8080, a.com",
    "a.com, a.com",
    "[::1]:80, [::1]",
    "[::1], [::1]",
    "b.c:1, *",
    ":80, *",
    "10.0.0.1:9, 10.0.0.1"
  })
  void portsAreIgnoredOnDemand(String authority, String expected) {
    RouteTable table = table(true, host("a.com"), host("[::1]"), host("10.0.0.1"), host("*"));
    VirtualHost found = table.virtualHost(authority);
    assertThat(found).isNotNull();
    assertThat(found.name()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "/a;v=1, /a",
    "/a;v=1/b, /a/b",
    "/a;v=1/b;w=2;x=3, /a/b",
    "/;v, /",
    ";v/a, /a",
    "/a/b, /a/b",
  })
  void pathParametersAreIgnoredOnDemand(String path, String matched) {
    RouteTable ignoring =
        new RouteTable(
            "t",
            List.of(),
            false,
            true,
            false,
            HeaderMutations.NONE,
            HeaderMutations.NONE,
            FilterOverrides.NONE,
            List.of(new MirrorPolicy("copy", FractionalPercent.ALL, true)));

    assertThat(ignoring.matchedPath(path)).isEqualTo(matched);
    assertThat(table(false).matchedPath(path)).isEqualTo(path);
    assertThat(ignoring.mirrors()).hasSize(1);
  }

  @Test
  void withoutAnyNothingMatches() {
    assertThat(table(false, host("a.com"), host("*.b")).virtualHost("c")).isNull();
    assertThat(table(false).virtualHost("c")).isNull();
  }

  @Test
  void everyDomainOfAHostCounts() {
    VirtualHost host = host("catalog", "catalog.shop", "10.1.1.1");
    RouteTable table = table(false, host);
    assertThat(table.virtualHost("catalog.shop")).isSameAs(host);
    assertThat(table.virtualHost("10.1.1.1")).isSameAs(host);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.com", "A.com", "*.a.com", "a.*"})
  void duplicatesAreRefused(String domain) {
    VirtualHost first = host("a.com", "*.a.com", "a.*");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> table(false, first, host(domain)))
        .withMessage(
            "Only unique values for domains are permitted. Duplicate entry of domain "
                + domain.toLowerCase(Locale.ROOT)
                + " in route t");
  }

  @Test
  void twoAnyAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> table(false, host("*"), host("*")))
        .withMessage("Only a single wildcard domain is permitted in route t");
  }

  @Test
  void manyHostsAreFoundEach() {
    List<VirtualHost> hosts = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      hosts.add(host("svc-" + i + ".ns.svc.cluster.local", "svc-" + i));
    }
    RouteTable table = new RouteTable("t", hosts);
    for (int i = 0; i < 5_000; i++) {
      assertThat(table.virtualHost("SVC-" + i)).isSameAs(hosts.get(i));
    }
    assertThat(table.virtualHost("svc-5000")).isNull();
  }
}
