using System.Collections.Immutable;
using Sluice.Metadata.Local;

namespace Sluice.Metadata;

// Who hears of new images. The list and the image change together under _publishLock, so that a new observer gets an image and everything after it.
// Observers are called outside of it, by the one commit under way: in order, and never two at a time.
public sealed partial class LocalMetadataStore
{
    private readonly Lock _publishLock = new();
    private ImmutableList<IMetadataObserver> _observers = [];
    private volatile MetadataImage _current;

    /// <inheritdoc/>
    public MetadataImage Current => _current;

    /// <inheritdoc/>
    public IDisposable Subscribe(IMetadataObserver observer, out MetadataImage current)
    {
        ArgumentNullException.ThrowIfNull(observer);
        lock (_publishLock)
        {
            _observers = _observers.Add(observer);
            current = _current;
        }
        return new Subscription(this, observer);
    }

    private void Publish(MetadataImage previous, MetadataImage next, IReadOnlyList<MetadataChange> changes)
    {
        ImmutableList<IMetadataObserver> observers;
        lock (_publishLock)
        {
            _current = next;
            observers = _observers;
        }
        foreach (IMetadataObserver observer in observers)
        {
            try
            {
                observer.OnCommitted(previous, next, changes);
            }
#pragma warning disable CA1031 // The commit is durable: whatever one observer does, the others and the caller must hear of it.
            catch (Exception error)
#pragma warning restore CA1031
            {
                MetadataStoreLog.ObserverFailed(_logger, error, observer.GetType().Name, next.Version);
            }
        }
    }

    private void Remove(IMetadataObserver observer)
    {
        lock (_publishLock) _observers = _observers.Remove(observer);
    }

    private sealed class Subscription(LocalMetadataStore store, IMetadataObserver observer) : IDisposable
    {
        private int _isDisposed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isDisposed, 1) == 0) store.Remove(observer);
        }
    }
}
