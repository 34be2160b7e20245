namespace Holdfast.Linux.Abi;

/// <summary>Types of file systems, of linux/magic.h.</summary>
internal enum FileSystemMagic : uint
{
    AFS_SUPER_MAGIC = 0x5346414F,
    BPF_FS_MAGIC = 0xCAFE4A11,
    CEPH_SUPER_MAGIC = 0x00C36400,
    CIFS_SUPER_MAGIC = 0xFF534D42,
    CODA_SUPER_MAGIC = 0x73757245,
    NFS_SUPER_MAGIC = 0x6969,
    SMB_SUPER_MAGIC = 0x517B,
    SMB2_SUPER_MAGIC = 0xFE534D42,
}
