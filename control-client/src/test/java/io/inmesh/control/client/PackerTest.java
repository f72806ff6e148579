package io.inmesh.control.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Resources that are alike take little room and come back as they were. */
class PackerTest {
  private final Packer packer = new Packer(Packer.deflater());

  @Test
  void whatIsPackedComesBack() {
    for (int i = 0; i < 50; i++) {
      byte[] cluster = Mesh.cluster("service-" + i + ".shop.svc.cluster.local").toByteArray();
      assertThat(packer.unpack(packer.pack(cluster))).isEqualTo(cluster);
    }
    byte[] noise = new byte[5000];
    new Random(1).nextBytes(noise);
    assertThat(packer.unpack(packer.pack(noise))).isEqualTo(noise);
    assertThat(packer.unpack(packer.pack(new byte[0]))).isEmpty();
  }

  @Test
  void likeResourcesAreSmall() {
    packer.pack(Mesh.routes(8080, "catalog", "cart", "payment", "stock").toByteArray());
    byte[] second = Mesh.routes(8081, "catalog", "cart", "shipping", "stock").toByteArray();
    assertThat(packer.pack(second).content().length).isLessThan(second.length / 2);
  }
}
