package io.inmesh.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class AgentChoiceTest {
  private static final RunningAgent FRONT = agent(11, "front.shop", "127.0.0.1:15000");
  private static final RunningAgent ORDERS = agent(12, "orders.shop", "127.0.0.1:15001");
  private static final RunningAgent ORDERS_TWIN = agent(13, "orders.shop", "127.0.0.1:15002");
  private static final RunningAgent SILENT = agent(14, "silent.shop", "off");

  @Test
  void anAddressIsTakenAsItIs() {
    assertThat(AgentChoice.admin("10.0.0.1:15000", List.of())).isEqualTo("10.0.0.1:15000");
  }

  @Test
  void theOnlyOneNeedsNoName() {
    assertThat(AgentChoice.admin("", List.of(FRONT))).isEqualTo("127.0.0.1:15000");
  }

  @Test
  void aWorkloadOrAPidNamesOne() {
    assertThat(AgentChoice.admin("orders.shop", List.of(FRONT, ORDERS)))
        .isEqualTo("127.0.0.1:15001");
    assertThat(AgentChoice.admin("13", List.of(FRONT, ORDERS, ORDERS_TWIN)))
        .isEqualTo("127.0.0.1:15002");
  }

  @Test
  void saysWhichThereAreWhenItIsNotClear() {
    assertThatThrownBy(() -> AgentChoice.admin("", List.of(FRONT, ORDERS)))
        .hasMessageContaining("several agents run")
        .hasMessageContaining("front.shop (pid 11), orders.shop (pid 12)");
    assertThatThrownBy(() -> AgentChoice.admin("orders.shop", List.of(FRONT, ORDERS, ORDERS_TWIN)))
        .hasMessageContaining("orders.shop (pid 12), orders.shop (pid 13)");
    assertThatThrownBy(() -> AgentChoice.admin("nobody.shop", List.of(FRONT)))
        .hasMessageContaining("no agent is called nobody.shop");
    assertThatThrownBy(() -> AgentChoice.admin("", List.of()))
        .hasMessageContaining("./inmesh demo");
  }

  @Test
  void anAgentWithoutAdminEndpointCannotBeAsked() {
    assertThatThrownBy(() -> AgentChoice.admin("silent.shop", List.of(SILENT)))
        .hasMessageContaining("is off");
  }

  private static RunningAgent agent(long pid, String workload, String admin) {
    return new RunningAgent(pid, workload, admin, "off", "1", 0, "app.jar");
  }
}
