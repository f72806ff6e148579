/** An online shop: five small HTTP services that call each other by plain URLs. */
@NullMarked
package shop;

import org.jspecify.annotations.NullMarked;
