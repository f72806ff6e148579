package io.inmesh.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.inmesh.control.client.wire.FieldTable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReportsTest {
  private static final Path PAGE = Path.of("../docs/supported.md");

  @Test
  void thePageOfSupportedFieldsIsThatOfTheTable() throws Exception {
    String page = new SupportedPage(FieldTable.load(), HeaderDifference.all(Path.of("."))).text();
    if ("write".equals(System.getProperty("supported"))) {
      Files.writeString(PAGE, page);
    }

    assertThat(PAGE).as("write it by -Dsupported=write").hasContent(page);
  }

  @Test
  void itIsToldWhichSupportedFieldsNoVectorSets() throws Exception {
    FieldCoverage coverage = new FieldCoverage(FieldTable.load(), new EnvoyTypes());
    VectorFile.all(Path.of("vectors")).forEach(coverage::add);
    Set<String> missing = coverage.missing();
    Files.createDirectories(Path.of("target"));
    Files.write(Path.of("target/fields-without-vector.txt"), missing);
    System.out.println(
        missing.size()
            + " supported fields are set by no vector: see conformance/target/fields-without-vector.txt");

    assertThat(missing).doesNotContain("envoy.config.route.v3.RouteMatch.prefix");
  }
}
