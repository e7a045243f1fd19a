using System.Collections;

namespace Sluice.Protocol;

/// <summary>An array of structs in a message. Elements are recycled: clearing the list resets them and keeps them for the next <see cref="Add()"/>.</summary>
/// <typeparam name="T">The struct.</typeparam>
/// <remarks>
/// At most <see cref="MessageStorage.RetainedElementsMax"/> elements are kept. Of those that the last use did not need an eighth is let go at each
/// clearing, so that a single large message is forgotten after some small ones. Elements must not be used after the list was cleared.
/// </remarks>
public sealed class MessageList<T> : IReadOnlyList<T>
    where T : class, IMessageElement<T>
{
    private T[] _elements = [];
    private int _count;
    private int _storedCount;

    /// <summary>Elements in the list.</summary>
    public int Count => _count;

    /// <summary>The element at <paramref name="index"/>, 0 ≤ index &lt; <see cref="Count"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The index is out of range.</exception>
    public T this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)_count, nameof(index));
            return _elements[index];
        }
    }

    /// <summary>Appends an element whose fields all have their defaults.</summary>
    /// <returns>The element, to be filled in. The list owns it.</returns>
    public T Add()
    {
        T element;
        if (_count < _storedCount)
        {
            element = _elements[_count];
        }
        else
        {
            EnsureRoom();
            _elements[_count] = element = T.Create();
            _storedCount++;
        }

        _count++;
        return element;
    }

    /// <summary>Appends an element made elsewhere, which the list then owns.</summary>
    /// <param name="element">In no other list.</param>
    public void Add(T element)
    {
        ArgumentNullException.ThrowIfNull(element);
        if (_count == _storedCount)
        {
            EnsureRoom();
            _storedCount++;
        }

        _elements[_count++] = element;
    }

    /// <summary>Empties the list and resets its elements for reuse.</summary>
    public void Clear()
    {
        int usedCount = _count;
        _count = 0;
        if (_elements.Length > MessageStorage.RetainedElementsMax)
        {
            _elements = [];
            _storedCount = 0;
            return;
        }

        for (int i = 0; i < usedCount; i++) _elements[i].Reset();
        int unusedCount = _storedCount - usedCount;
        if (unusedCount == 0) return;
        int keptCount = usedCount + (unusedCount * 7 / 8);
        Array.Clear(_elements, keptCount, _storedCount - keptCount);
        _storedCount = keptCount;
    }

    /// <summary>Takes elements out; the others keep their order.</summary>
    /// <param name="isTaken">Which.</param>
    /// <returns>What was taken out, in order, no longer the list's.</returns>
    public IReadOnlyList<T> TakeOut(Predicate<T> isTaken)
    {
        ArgumentNullException.ThrowIfNull(isTaken);
        List<T>? taken = null;
        int keptCount = 0;
        for (int i = 0; i < _count; i++)
        {
            T element = _elements[i];
            if (isTaken(element)) (taken ??= []).Add(element);
            else _elements[keptCount++] = element;
        }
        if (taken is null) return [];

        // Spare elements lie behind those in use.
        Array.Copy(_elements, _count, _elements, keptCount, _storedCount - _count);
        Array.Clear(_elements, _storedCount - taken.Count, taken.Count);
        _storedCount -= taken.Count;
        _count = keptCount;
        return taken;
    }

    /// <summary>Enumerates without allocating.</summary>
    public Enumerator GetEnumerator() => new(this);

    IEnumerator<T> IEnumerable<T>.GetEnumerator()
    {
        for (int i = 0; i < _count; i++) yield return _elements[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => ((IEnumerable<T>)this).GetEnumerator();

    // Doubling, so that storage follows the elements that were really read and not a count that was claimed.
    private void EnsureRoom()
    {
        if (_count == _elements.Length) Array.Resize(ref _elements, Math.Max(4, _elements.Length * 2));
    }

    /// <summary>Walks the list. Adding to the list meanwhile extends the walk; clearing it ends it.</summary>
    public struct Enumerator
    {
        private readonly MessageList<T> _list;
        private int _index;

        internal Enumerator(MessageList<T> list)
        {
            _list = list;
            _index = -1;
        }

        /// <summary>The element that <see cref="MoveNext"/> went to.</summary>
        public readonly T Current => _list._elements[_index];

        /// <summary>Goes to the next element; false = there is none.</summary>
        public bool MoveNext() => ++_index < _list._count;
    }
}
