package io.inmesh.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class RunFileTest {
  @Test
  void isReadBackAsItWas() throws IOException {
    Map<String, String> content =
        Map.of(
            "main", "  C:\\app\\run.jar --name=a:b #c !d",
            "workload", "größe.shop",
            "version", "1\n2\r\t3",
            "admin", "");

    Properties read = new Properties();
    read.load(new StringReader(RunFile.text(content)));

    assertThat(read).containsExactlyInAnyOrderEntriesOf(content);
  }
}
