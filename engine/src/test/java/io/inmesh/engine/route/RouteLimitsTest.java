package io.inmesh.engine.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.inmesh.engine.match.FractionalPercent;
import io.inmesh.engine.match.MetadataMatch;
import io.inmesh.engine.route.ClusterSpecifier.Weighted;
import io.inmesh.engine.route.ClusterSpecifier.WeightedCluster;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a part of a route may be, and what it is where nothing is said. */
class RouteLimitsTest {
  private static final long MAX = 0xffffffffL;

  private static WeightedCluster named(String name, @Nullable String header) {
    return new WeightedCluster(
        name,
        header,
        1,
        HeaderMutations.NONE,
        HeaderMutations.NONE,
        null,
        FilterOverrides.NONE,
        null);
  }

  @Test
  void aClusterHasAName() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ClusterSpecifier.Single(""))
        .withMessage("RouteAction.cluster: value length must be at least 1");
  }

  @Test
  void aWeightedClusterHasANameOrAHeader() {
    assertThat(named("a", null).name()).isEqualTo("a");
    assertThat(named("", "x-a").clusterHeader()).isEqualTo("x-a");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> named("", null))
        .withMessage("At least one of name or cluster_header need to be specified");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> named("a", "x-a"))
        .withMessage("Only one of name or cluster_header can be specified");
  }

  @Test
  void weightsAndTheirSumAre32Bits() {
    assertThat(new Weighted(List.of(new WeightedCluster("a", MAX))).totalWeight()).isEqualTo(MAX);
    assertThat(
            new Weighted(List.of(new WeightedCluster("a", 3), new WeightedCluster("b", 4)))
                .totalWeight())
        .isEqualTo(7);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new Weighted(List.of(new WeightedCluster("a", MAX), new WeightedCluster("b", 1))))
        .withMessage("The sum of weights of all weighted clusters of route exceeds 4294967295");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Weighted(List.of(new WeightedCluster("a", 0))))
        .withMessage("Sum of weights in the weighted_cluster must be greater than 0.");
    assertThatIllegalArgumentException().isThrownBy(() -> new WeightedCluster("a", -1));
    assertThatIllegalArgumentException().isThrownBy(() -> new WeightedCluster("a", MAX + 1));
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 599})
  void aStatusOfAnAbortOrAnAnswer(int status) {
    assertThat(new FaultPolicy.Abort(status, null, FractionalPercent.ALL).httpStatus())
        .isEqualTo(status);
    assertThat(new RouteAction.DirectResponse(status, "").status()).isEqualTo(status);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 199, 600})
  void noStatusOfAnAbortOrAnAnswer(int status) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new FaultPolicy.Abort(status, null, FractionalPercent.ALL));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RouteAction.DirectResponse(status, ""));
    // There it has no meaning.
    assertThat(new FaultPolicy.Abort(status, 14, FractionalPercent.ALL).grpcStatus()).isEqualTo(14);
    assertThat(new FaultPolicy.Abort(status, null, FractionalPercent.ALL, true).byHeader())
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1})
  void aDelayIsGreaterThanNothing(long nanos) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new FaultPolicy.Delay(Duration.ofNanos(nanos), FractionalPercent.ALL));
  }

  @Test
  void aDelayMayBeTheCallers() {
    assertThat(new FaultPolicy.Delay(null, FractionalPercent.ALL).fixed()).isNull();
  }

  @Test
  void aLevelMaySayNothingToFilters() {
    assertThat(FilterOverrides.ofFault(null)).isSameAs(FilterOverrides.NONE);
    assertThat(FilterOverrides.ofFault(FaultPolicy.NONE).fault()).isSameAs(FaultPolicy.NONE);
  }

  @Test
  void aRedirectHasAStatusOfRedirects() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new RouteAction.Redirect(304, null, null, 0, null, new PathRewrite.None(), false));
  }

  @Test
  void aMissingClusterIs503Or404Or500() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RouteAction.Forward.to("a").clusterNotFoundStatus(502).build());
  }

  @Test
  void aTimeoutIsNotNegative() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RouteTimeouts.of(Duration.ofMillis(-1)))
        .withMessage("RouteAction.timeout: must not be negative");
  }

  @Test
  void aVirtualHostHasANameAndDomains() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new VirtualHost("", List.of("*"), List.of()))
        .withMessage("VirtualHost.name: value length must be at least 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new VirtualHost("h", List.of(), List.of()))
        .withMessage("VirtualHost.domains: value must contain at least 1 item(s)");
  }

  @Test
  void aVirtualHostAsksForNothingByItself() {
    VirtualHost host = new VirtualHost("h", List.of("*"), List.of());

    assertThat(host.includeRequestAttemptCount()).isFalse();
    assertThat(host.includeAttemptCountInResponse()).isFalse();
    assertThat(host.retryPolicy()).isNull();
  }

  @Test
  void aVirtualHostTellsWhatItsOptionsSay() {
    RetryPolicy policy = RetryPolicy.builder().build();
    VirtualHost host =
        new VirtualHost(
            "h",
            List.of("*"),
            List.of(),
            HeaderMutations.NONE,
            HeaderMutations.NONE,
            VirtualHost.TlsRequirement.NONE,
            VirtualHost.Options.attemptCount(true, policy),
            FilterOverrides.NONE);

    assertThat(host.includeRequestAttemptCount()).isTrue();
    assertThat(host.includeAttemptCountInResponse()).isTrue();
    assertThat(host.retryPolicy()).isSameAs(policy);
  }

  @Test
  void theMetadataOfTheChosenClusterIsWantedInPlaceOfTheRoutes() {
    MetadataMatch routes = MetadataMatch.of(Map.of("v", "1"));
    MetadataMatch own = MetadataMatch.of(Map.of("v", "2"));
    RouteAction.Forward forward = RouteAction.Forward.to("a").metadataMatch(routes).build();
    WeightedCluster chosen =
        new WeightedCluster(
            "a",
            null,
            1,
            HeaderMutations.NONE,
            HeaderMutations.NONE,
            null,
            FilterOverrides.NONE,
            own);

    assertThat(forward.metadataMatch(null)).isSameAs(routes);
    assertThat(forward.metadataMatch(new WeightedCluster("a", 1))).isSameAs(routes);
    assertThat(forward.metadataMatch(chosen)).isSameAs(own);
  }
}
