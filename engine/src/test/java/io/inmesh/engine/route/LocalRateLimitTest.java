package io.inmesh.engine.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.inmesh.engine.match.FractionalPercent;
import io.inmesh.engine.route.LocalRateLimit.Entry;
import io.inmesh.engine.route.LocalRateLimit.Limit;
import io.inmesh.engine.route.LocalRateLimit.Settings;
import io.inmesh.engine.route.LocalRateLimit.VirtualHostLimits;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalRateLimitTest {
  private static final List<Entry> CLIENT = List.of(new Entry("client", "a"));
  private static final List<Entry> PATH = List.of(new Entry("path", "/a"));

  private static TokenBucket bucket(int tokens, int perSecond) {
    return new TokenBucket(tokens, perSecond, Duration.ofSeconds(1));
  }

  private static Settings settings(int status, boolean alwaysConsumeDefault) {
    return new Settings(
        status,
        FractionalPercent.ALL,
        FractionalPercent.ALL,
        HeaderMutations.NONE,
        HeaderMutations.NONE,
        List.of(),
        0,
        VirtualHostLimits.OVERRIDE,
        false,
        false,
        alwaysConsumeDefault);
  }

  private static LocalRateLimit limit(
      boolean alwaysConsumeDefault, @Nullable TokenBucket bucket, Limit... limits) {
    return new LocalRateLimit(settings(429, alwaysConsumeDefault), bucket, List.of(limits));
  }

  @Test
  void whatNoBucketIsForIsAllowed() {
    LocalRateLimit limit = limit(true, null, new Limit(CLIENT, bucket(1, 1)));

    assertThat(limit.request(List.of(PATH), 0)).isEqualTo(new LocalRateLimit.Verdict(true, null));
    assertThat(limit.request(List.of(), 0).allowed()).isTrue();
  }

  @Test
  void aDescriptorHasABucketOfItsOwn() {
    TokenBucket own = bucket(1, 1);
    LocalRateLimit limit = limit(true, null, new Limit(CLIENT, own));

    assertThat(limit.request(List.of(CLIENT), 0)).isEqualTo(new LocalRateLimit.Verdict(true, own));
    assertThat(limit.request(List.of(CLIENT), 0)).isEqualTo(new LocalRateLimit.Verdict(false, own));
  }

  @Test
  void theBucketThatFillsSlowestIsAskedFirstAndSparesTheOthers() {
    TokenBucket wide = bucket(5, 100);
    TokenBucket strict = bucket(1, 1);
    LocalRateLimit limit = limit(true, null, new Limit(CLIENT, wide), new Limit(PATH, strict));
    List<List<Entry>> both = List.of(CLIENT, PATH);

    assertThat(limit.request(both, 0)).isEqualTo(new LocalRateLimit.Verdict(true, strict));
    assertThat(limit.request(both, 0)).isEqualTo(new LocalRateLimit.Verdict(false, strict));
    assertThat(wide.remainingTokens(0)).isEqualTo(4);
  }

  @Test
  void theDefaultBucketCountsBesideADescriptor() {
    TokenBucket own = bucket(9, 1);
    TokenBucket rest = bucket(1, 1);
    LocalRateLimit limit = limit(true, rest, new Limit(CLIENT, own));

    assertThat(limit.request(List.of(CLIENT), 0)).isEqualTo(new LocalRateLimit.Verdict(true, own));
    assertThat(limit.request(List.of(CLIENT), 0))
        .isEqualTo(new LocalRateLimit.Verdict(false, rest));
  }

  @Test
  void theDefaultBucketIsForTheRestAloneWhereItIsToldSo() {
    TokenBucket own = bucket(9, 1);
    TokenBucket rest = bucket(1, 1);
    LocalRateLimit limit = limit(false, rest, new Limit(CLIENT, own));

    assertThat(limit.request(List.of(CLIENT), 0).bucket()).isSameAs(own);
    assertThat(rest.remainingTokens(0)).isEqualTo(1);
    assertThat(limit.request(List.of(PATH), 0)).isEqualTo(new LocalRateLimit.Verdict(true, rest));
    assertThat(limit.request(List.of(), 0)).isEqualTo(new LocalRateLimit.Verdict(false, rest));
  }

  @Test
  void requestsAreDescribedOnlyWhereADescriptorHasABucket() {
    assertThat(limit(true, bucket(1, 1)).hasLimits()).isFalse();
    assertThat(limit(true, null, new Limit(CLIENT, bucket(1, 1))).hasLimits()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"0, 429", "399, 429", "400, 400", "503, 503"})
  void aStatusBelow400Is429(int configured, int status) {
    LocalRateLimit limit = new LocalRateLimit(settings(configured, true), null, List.of());

    assertThat(limit.settings().status()).isEqualTo(status);
  }
}
