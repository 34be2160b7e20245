namespace Holdfast.Linux.Abi;

/// <summary>Types of file systems, of linux/magic.h.</summary>
internal enum FileSystemMagic : uint
{
    BPF_FS_MAGIC = 0xCAFE4A11,
}
