using System.Diagnostics.Metrics;
using Sluice.Protocol;

namespace Sluice.Broker.Telemetry;

/// <summary>The values of one metric, by client and attributes. Not safe for several threads.</summary>
internal sealed class PushedSeries
{
    // A client pushes few values of one metric, mostly one.
    private readonly Dictionary<Uuid, List<Point>> _points = [];

    /// <summary>Sets a value, or adds to it.</summary>
    /// <param name="instanceId">Whose it is.</param>
    /// <param name="metric">What it is.</param>
    /// <param name="mayAdd">Whether there is room for one more.</param>
    /// <param name="isNew">Whether there is one more now.</param>
    /// <returns>False if there was no room.</returns>
    public bool TrySet(Uuid instanceId, PushedMetric metric, bool mayAdd, out bool isNew)
    {
        isNew = false;
        if (_points.TryGetValue(instanceId, out List<Point>? points))
        {
            foreach (Point point in points)
            {
                if (!point.Attributes.AsSpan().SequenceEqual(metric.Attributes)) continue;
                point.Value = metric.Kind == PushedMetricKind.DeltaSum ? point.Value + metric.Value : metric.Value;
                return true;
            }
        }
        if (!mayAdd) return false;
        if (points is null) _points[instanceId] = points = [];
        points.Add(new Point(metric.Attributes) { Value = metric.Value });
        return isNew = true;
    }

    /// <summary>Forgets a client.</summary>
    /// <returns>How many values it had.</returns>
    public int Remove(Uuid instanceId) => _points.Remove(instanceId, out List<Point>? points) ? points.Count : 0;

    /// <summary>Every value, with what tells it apart.</summary>
    /// <param name="tagsOf">How each client is known.</param>
    public List<Measurement<double>> Read(IReadOnlyDictionary<Uuid, KeyValuePair<string, object?>[]> tagsOf)
    {
        List<Measurement<double>> values = [];
        foreach ((Uuid instanceId, List<Point> points) in _points)
        {
            KeyValuePair<string, object?>[] client = tagsOf[instanceId];
            foreach (Point point in points)
            {
                IEnumerable<KeyValuePair<string, object?>> own = point.Attributes
                    .Where(attribute => !Array.Exists(client, tag => tag.Key == attribute.Key))
                    .Select(static attribute => new KeyValuePair<string, object?>(attribute.Key, attribute.Value));
                values.Add(new Measurement<double>(point.Value, [.. client, .. own]));
            }
        }
        return values;
    }

    private sealed class Point(KeyValuePair<string, string>[] attributes)
    {
        public KeyValuePair<string, string>[] Attributes { get; } = attributes;

        public double Value { get; set; }
    }
}
