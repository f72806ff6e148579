package io.inmesh.instrumentation.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class ReplayBudgetTest {
  private final ReplayBudget budget = new ReplayBudget(100);

  @Test
  void requestsShareTheLimitOfTheProcess() {
    ReplayBudget.Share one = budget.share();
    ReplayBudget.Share other = budget.share();

    assertThat(one.growTo(60)).isTrue();
    assertThat(other.growTo(41)).isFalse();
    assertThat(other.growTo(40)).isTrue();
    assertThat(budget.kept()).isEqualTo(100);
  }

  @Test
  void growingToLessThanBeforeChangesNothing() {
    ReplayBudget.Share share = budget.share();

    assertThat(share.growTo(60)).isTrue();
    assertThat(share.growTo(10)).isTrue();
    assertThat(budget.kept()).isEqualTo(60);
  }

  @Test
  void aRequestThatEndsGivesBackWhatItKept() {
    ReplayBudget.Share share = budget.share();
    assertThat(share.growTo(60)).isTrue();

    share.release();
    share.release();

    assertThat(budget.kept()).isZero();
    assertThat(share.growTo(1)).isFalse();
  }

  @Test
  void aLimitOfNothingKeepsNothing() {
    assertThat(new ReplayBudget(0).share().growTo(1)).isFalse();
    assertThatIllegalArgumentException().isThrownBy(() -> new ReplayBudget(-1));
  }
}
