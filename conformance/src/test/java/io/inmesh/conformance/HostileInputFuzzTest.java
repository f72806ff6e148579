package io.inmesh.conformance;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;

/**
 * Jazzer's targets. In the normal build each runs on its recorded inputs; {@code JAZZER_FUZZ=1}
 * with {@code -Dtest=HostileInputFuzzTest#paths} looks for new ones, guided by coverage.
 */
class HostileInputFuzzTest {
  @FuzzTest(maxDuration = "10m")
  void resources(FuzzedDataProvider data) {
    HostileInputs.Kind kind = data.pickValue(HostileInputs.Kind.values());
    HostileInputs.resource(kind, data.consumeRemainingAsBytes());
  }

  @FuzzTest(maxDuration = "10m")
  void paths(FuzzedDataProvider data) {
    HostileInputs.path("/" + data.consumeRemainingAsString());
  }

  @FuzzTest(maxDuration = "10m")
  void formats(FuzzedDataProvider data) {
    HostileInputs.format(data.consumeRemainingAsString());
  }
}
