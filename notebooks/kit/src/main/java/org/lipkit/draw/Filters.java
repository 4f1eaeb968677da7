package org.lipkit.draw;

import java.util.List;
import org.lipkit.text.Text;

/**
 * Menus above a table: some menus choose rows by the value of a column, one menu chooses a group of
 * columns. Where no script runs, the whole table is shown.
 */
public final class Filters {

  private static final String SCRIPT =
      """
      <script>
      for (const root of document.querySelectorAll('.lipkit-filters[data-groups]:not([data-ready])')) {
        root.dataset.ready = 1;
        root.lastElementChild.remove();
        const table = root.querySelector('table');
        const head = [...table.tHead.rows[0].cells], rows = [...table.tBodies[0].rows];
        const names = head.map(cell => cell.textContent);
        const groups = root.dataset.groups.split('|');
        const group = names.map(name => groups.find(g => name.startsWith(g + ' ')));
        const bar = document.createElement('div'), count = document.createElement('span');
        bar.style.cssText = 'display:flex;flex-wrap:wrap;gap:4px 16px;margin:0.5em 0';
        const choice = (name, values) => {
          const label = document.createElement('label'), select = document.createElement('select');
          select.style.maxWidth = '16em';
          select.dataset.lmSuppressShortcuts = true;
          for (const value of ['all', ...values]) select.add(new Option(value));
          select.onchange = update;
          label.append(name + ': ', select);
          bar.append(label);
          return () => select.selectedIndex ? select.value : null;
        };
        const filters = root.dataset.columns.split('|').map(name => {
          const c = names.indexOf(name);
          const values = [...new Set(rows.map(row => row.cells[c].textContent))].sort();
          return {c, chosen: choice(name, values)};
        });
        const chosenGroup = choice(root.dataset.group, groups);
        function update() {
          const only = chosenGroup();
          const hidden = group.map(g => only && g && g !== only);
          let shown = 0;
          for (const row of [head[0].parentNode, ...rows])
            hidden.forEach((h, c) => row.cells[c].style.display = h ? 'none' : '');
          for (const row of rows) {
            const show = filters.every(({c, chosen}) => [null, row.cells[c].textContent].includes(chosen()))
                && (!only || group.some((g, c) => g === only && row.cells[c].textContent !== '–'));
            row.style.display = show ? '' : 'none';
            shown += show;
          }
          count.textContent = shown + ' of ' + rows.length + ' rows';
        }
        bar.append(count);
        root.prepend(bar);
        table.parentNode.style.maxHeight = '36em';
        for (const cell of head)
          cell.style.cssText += ';position:sticky;top:0;background:var(--jp-layout-color0, white)';
        update();
      }
      </script>
      """;

  private Filters() {}

  /**
   * Puts menus above a table.
   *
   * @param table as {@link Tables#html} writes it
   * @param columns one menu for each of these columns, with its values
   * @param group the name of the last menu
   * @param groups its entries; an entry shows the columns whose name starts with it, hides those of
   *     the other entries, and hides rows that have no value in its columns
   * @return the table with its script
   */
  public static String above(
      String table, List<String> columns, String group, List<String> groups) {
    return Text.of(
        "<div class=\"lipkit-filters\" data-columns=\"%s\" data-group=\"%s\" data-groups=\"%s\">%s%s</div>%s",
        Html.escape(String.join("|", columns)),
        Html.escape(group),
        Html.escape(String.join("|", groups)),
        table,
        Html.NO_SCRIPT,
        SCRIPT);
  }
}
