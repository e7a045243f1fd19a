namespace Sluice.Transfer;

/// <summary>Calls that the kernel does not offer for one file, found out by trying.</summary>
[Flags]
internal enum FileLimits
{
    None = 0,

    /// <summary>sendfile(2) answered EINVAL or ENOSYS: the file system cannot splice, so its bytes are copied.</summary>
    NoSendFile = 1,

    /// <summary>preadv2(2) answered EOPNOTSUPP to RWF_NOWAIT: a read cannot be asked not to wait for the disk.</summary>
    NoReadNoWait = 2,

    /// <summary>cachestat(2) answered EPERM, EOPNOTSUPP or EBADF: this file's cached pages are not ours to count.</summary>
    NoCacheStat = 4,
}
