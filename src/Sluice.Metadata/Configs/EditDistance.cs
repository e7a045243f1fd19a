namespace Sluice.Metadata.Configs;

/// <summary>How many letters must be put in, taken out or replaced to turn one text into the other (Levenshtein).</summary>
internal static class EditDistance
{
    /// <returns>The distance, or <paramref name="limit"/> if it is not smaller than that.</returns>
    internal static int Between(string first, string second, int limit)
    {
        if (Math.Abs(first.Length - second.Length) >= limit) return limit;
        Span<int> row = second.Length < 256 ? stackalloc int[second.Length + 1] : new int[second.Length + 1];
        for (int column = 0; column < row.Length; column++) row[column] = column;
        for (int line = 1; line <= first.Length; line++)
        {
            int diagonal = row[0];
            row[0] = line;
            int smallest = line;
            for (int column = 1; column < row.Length; column++)
            {
                int above = row[column];
                int replaced = diagonal + (first[line - 1] == second[column - 1] ? 0 : 1);
                row[column] = Math.Min(replaced, Math.Min(above, row[column - 1]) + 1);
                diagonal = above;
                smallest = Math.Min(smallest, row[column]);
            }
            if (smallest >= limit) return limit;
        }
        return Math.Min(row[^1], limit);
    }
}
