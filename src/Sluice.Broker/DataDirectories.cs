using Sluice.Log;
using Sluice.Metadata.Configs;

namespace Sluice.Broker;

/// <summary>The directories of <c>log.dirs</c> before anything in them is opened: their locks, and whose they are (<c>meta.properties</c>).</summary>
/// <remarks>
/// The first one holds the metadata too, so there is no broker without it. Any other one that its disk refuses is left to <see cref="LogStore"/>,
/// which has it offline.
/// </remarks>
internal sealed class DataDirectories : IDisposable
{
    private readonly List<(string Path, LogDirectoryLock? Lock, MetaProperties? Meta)> _directories = [];

    private DataDirectories(int nodeId) => NodeId = nodeId;

    /// <summary>The directory of the metadata.</summary>
    public string First => _directories[0].Path;

    /// <summary>All directories in the order of the setting.</summary>
    public IReadOnlyList<string> Paths => [.. _directories.Select(static directory => directory.Path)];

    /// <summary>The cluster that the directories belong to; null if all are new.</summary>
    public string? ClusterId => _directories.Select(static directory => directory.Meta?.ClusterId).FirstOrDefault(static id => id is not null);

    private int NodeId { get; }

    /// <summary>Makes the directories that are missing, takes their locks and reads whose they are.</summary>
    /// <param name="settings">Say which.</param>
    /// <exception cref="BrokerStartException">The first cannot be used, or one is in use, is named twice, is a file, or belongs to another node or cluster.</exception>
    public static DataDirectories Take(BrokerSettings settings)
    {
        var taken = new DataDirectories(settings.NodeId);
        try
        {
            foreach (string path in settings.LogDirectories.Select(FullPath)) taken.Add(path);
            return taken;
        }
        catch
        {
            taken.Dispose();
            throw;
        }
    }

    /// <summary>The one spelling under which a directory is known.</summary>
    public static string FullPath(string path) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));

    /// <summary>Writes <c>meta.properties</c> where there is none yet.</summary>
    /// <param name="clusterId">The cluster's id, known by now.</param>
    /// <exception cref="IOException">The disk of the first directory refused.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not write to the first directory.</exception>
    public void Stamp(string clusterId)
    {
        foreach ((string path, LogDirectoryLock? directoryLock, MetaProperties? meta) in _directories)
        {
            if (meta is not null || directoryLock is null) continue;
            try
            {
                new MetaProperties(clusterId, NodeId, Protocol.Uuid.NewRandom()).Write(path);
            }
            catch (Exception failure) when (path != First && failure is IOException or UnauthorizedAccessException)
            {
                // A disk that refuses this refuses the logs too, which is told there.
                continue;
            }
        }
    }

    /// <summary>Gives the directories with their locks away to whoever opens the logs.</summary>
    /// <returns>Path and lock of each, in the order of the setting; no lock where the disk refused one.</returns>
    public IReadOnlyList<(string Path, LogDirectoryLock? Lock)> HandOver()
    {
        (string Path, LogDirectoryLock? Lock)[] all = [.. _directories.Select(static directory => (directory.Path, directory.Lock))];
        for (int index = 0; index < _directories.Count; index++) _directories[index] = (_directories[index].Path, null, _directories[index].Meta);
        return all;
    }

    /// <summary>Gives back the locks that were not handed over.</summary>
    public void Dispose()
    {
        foreach ((_, LogDirectoryLock? directoryLock, _) in _directories) directoryLock?.Dispose();
    }

    private void Add(string path)
    {
        if (_directories.Exists(directory => directory.Path == path)) throw new BrokerStartException($"log.dirs names {path} twice");
        if (File.Exists(path)) throw new BrokerStartException($"{path} is a file, and a directory is wanted; choose another one with --data");
        LogDirectoryLock? directoryLock = null;
        try
        {
            Directory.CreateDirectory(path);
            directoryLock = LogDirectoryLock.Take(path);
            MetaProperties? meta = MetaProperties.Read(path);
            if (meta is not null && meta.NodeId >= 0 && meta.NodeId != NodeId)
                throw new BrokerStartException($"{path} belongs to node {meta.NodeId}, and this is node {NodeId}; start with --set node.id={meta.NodeId}, or another --data directory");
            if (meta?.ClusterId is { } clusterId && ClusterId is { } other && clusterId != other)
                throw new BrokerStartException($"{path} belongs to cluster {clusterId}, and {First} to cluster {other}; directories of one broker belong to one cluster");
            _directories.Add((path, directoryLock, meta));
            directoryLock = null;
        }
        catch (LogDirectoryLockedException failure)
        {
            throw new BrokerStartException($"{path} is in use by another broker; stop it, or choose another directory with --data", failure);
        }
        catch (Exception failure) when (_directories.Count > 0 && failure is IOException or UnauthorizedAccessException)
        {
            _directories.Add((path, null, null));
        }
        catch (UnauthorizedAccessException failure)
        {
            throw new BrokerStartException($"no permission to use {path} ({failure.Message.TrimEnd('.')}); choose another directory with --data", failure);
        }
        catch (Exception failure) when (failure is IOException or InvalidDataException)
        {
            throw new BrokerStartException($"cannot open {path}: {failure.Message}", failure);
        }
        finally
        {
            directoryLock?.Dispose();
        }
    }
}
