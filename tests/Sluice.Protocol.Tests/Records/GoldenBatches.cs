using System.Globalization;

namespace Sluice.Protocol.Tests.Records;

/// <summary>Batches whose bytes were produced by Apache Kafka 4.2: see GoldenBatches.tsv beside this file.</summary>
internal static class GoldenBatches
{
    private static readonly Dictionary<string, byte[]> ByName = Load();

    internal static byte[] Get(string name) => (byte[])ByName[name].Clone();

    private static Dictionary<string, byte[]> Load()
    {
        using Stream stream = typeof(GoldenBatches).Assembly.GetManifestResourceStream("Records.GoldenBatches.tsv")!;
        using var reader = new StreamReader(stream);
        var batches = new Dictionary<string, byte[]>();
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#')) continue;
            string[] columns = line.Split('\t');
            byte[] bytes = Convert.FromHexString(columns[2]);
            bytes.Length.ShouldBe(int.Parse(columns[1], CultureInfo.InvariantCulture));
            batches.Add(columns[0], bytes);
        }

        return batches;
    }
}
