using System.Collections;

namespace Sluice.Bench.Load.Running;

/// <summary>The connections of a load, closed together.</summary>
internal sealed class Connections : IReadOnlyList<LoadConnection>, IDisposable
{
    private readonly List<LoadConnection> _connections = [];

    public int Count => _connections.Count;

    public LoadConnection this[int index] => _connections[index];

    /// <summary>Takes a connection over.</summary>
    public void Add(LoadConnection connection) => _connections.Add(connection);

    public IEnumerator<LoadConnection> GetEnumerator() => _connections.GetEnumerator();

    public void Dispose()
    {
        foreach (LoadConnection connection in _connections) connection.Dispose();
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
