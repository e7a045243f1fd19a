using System.Diagnostics;
using Sluice.Lab.Measuring;
using Sluice.Lab.Reporting;

namespace Sluice.Lab.Lookups;

/// <summary>Looks random keys up in indexes of several sizes, by each mechanism in turn.</summary>
internal static class LookupExperiment
{
    private const int PageBytes = 4096;
    private const int KeySeed = 7;

    private static readonly (string Name, Func<IndexFile, IIndexReader> Open)[] Mechanisms =
    [
        ("mmap", index => new MappedIndexReader(index)),
        ("pread-page", index => new ReadIndexReader(index, PageBytes)),
        ("pread-entry", index => new ReadIndexReader(index, IndexFile.EntryBytes)),
    ];

    internal static int StepsCount(int sizesCount, int roundsCount) => sizesCount * Mechanisms.Length * roundsCount;

    /// <summary>Measures; the index files are gone afterwards.</summary>
    internal static List<LookupMeasures> Run(
        string folder, IReadOnlyList<long> sizes, int lookupsCount, int coldCount, int roundsCount, StepDisplay display, CancellationToken cancellationToken)
    {
        List<LookupMeasures> measures = [];
        foreach (long sizeBytes in sizes)
        {
            using IndexFile index = IndexFile.Create(folder, sizeBytes);
            List<double>[] warmNs = [.. Mechanisms.Select(_ => new List<double>())];
            List<double>[] coldUs = [.. Mechanisms.Select(_ => new List<double>())];
            double[] calls = new double[Mechanisms.Length];
            long[] faults = new long[Mechanisms.Length];
            for (int step = 0; step < Mechanisms.Length * roundsCount; step++)
            {
                int which = (step + (step / Mechanisms.Length)) % Mechanisms.Length;
                display.Next($"{Mechanisms[which].Name}, {CommandLine.ByteSize.Format(sizeBytes)}");
                cancellationToken.ThrowIfCancellationRequested();
                faults[which] += RunCold(index, Mechanisms[which].Open, coldCount, coldUs[which], cancellationToken);
                (double ns, calls[which]) = RunWarm(index, Mechanisms[which].Open, lookupsCount);
                warmNs[which].Add(ns);
            }

            measures.AddRange(Mechanisms.Select((mechanism, i) => new LookupMeasures(
                mechanism.Name, sizeBytes, Figure.Of(warmNs[i]), calls[i], Figure.Of(coldUs[i]), (double)faults[i] / coldUs[i].Count)));
        }

        return measures;
    }

    private static (double Ns, double Calls) RunWarm(IndexFile index, Func<IndexFile, IIndexReader> open, int lookupsCount)
    {
        using IIndexReader reader = open(index);
        var random = new Random(KeySeed);
        int keysEnd = index.EntriesCount * IndexFile.KeyStep;
        for (int i = 0; i < lookupsCount / 10; i++) Check(reader, random.Next(keysEnd));
        long callsBefore = reader.CallsCount;
        long beginTimestamp = Stopwatch.GetTimestamp();
        for (int i = 0; i < lookupsCount; i++) Check(reader, random.Next(keysEnd));
        double ns = Stopwatch.GetElapsedTime(beginTimestamp).TotalNanoseconds / lookupsCount;
        return (ns, (double)(reader.CallsCount - callsBefore) / lookupsCount);
    }

    private static long RunCold(IndexFile index, Func<IndexFile, IIndexReader> open, int coldCount, List<double> coldUs, CancellationToken cancellationToken)
    {
        var random = new Random(KeySeed);
        long faults = 0;
        for (int i = 0; i < coldCount; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();

            // Before it is mapped: mapped pages stay.
            index.Evict();
            using IIndexReader reader = open(index);
            int key = random.Next(index.EntriesCount * IndexFile.KeyStep);
            ProcessUsage before = ProcessUsage.Now();
            long beginTimestamp = Stopwatch.GetTimestamp();
            Check(reader, key);
            coldUs.Add(Stopwatch.GetElapsedTime(beginTimestamp).TotalMicroseconds);
            ProcessUsage used = ProcessUsage.Now().Since(before);
            faults += used.MinorFaults + used.MajorFaults;
        }

        return faults;
    }

    // A lookup that finds the wrong entry is not fast but wrong.
    private static void Check(IIndexReader reader, int key)
    {
        int found = reader.Lookup(key);
        if (found != key / IndexFile.KeyStep) throw new InvalidOperationException($"The lookup of {key} found entry {found}.");
    }
}
