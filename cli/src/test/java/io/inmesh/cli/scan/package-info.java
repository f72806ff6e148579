@NullMarked
package io.inmesh.cli.scan;

import org.jspecify.annotations.NullMarked;
