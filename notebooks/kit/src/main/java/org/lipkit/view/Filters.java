package org.lipkit.view;

import java.util.List;
import org.lipkit.draw.Html;

/**
 * Choices above a table: some columns' values select rows, and groups of columns, such as radii,
 * select columns. The table's own HTML stays whole, so that it is a plain table where no script
 * runs.
 */
final class Filters {

  private static final String SCRIPT =
      """
      <script>
      for (const root of document.querySelectorAll('.lipkit-filters:not([data-ready])')) {
        root.dataset.ready = 1;
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
   * Puts choices above a table.
   *
   * @param table as {@link Tables#html} writes it
   * @param columns the columns whose values select rows
   * @param group what the groups are called
   * @param groups each the first word of the columns that belong to it; a row without values there
   *     is hidden with the other columns
   * @return the table with its script
   */
  static String above(String table, List<String> columns, String group, List<String> groups) {
    return "<div class=\"lipkit-filters\" data-columns=\"%s\" data-group=\"%s\" data-groups=\"%s\">%s</div>%s"
        .formatted(
            Html.escape(String.join("|", columns)),
            Html.escape(group),
            Html.escape(String.join("|", groups)),
            table,
            SCRIPT);
  }
}
