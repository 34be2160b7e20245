using System.Runtime.InteropServices;

namespace Holdfast.Linux.Bpf;

/// <summary>What this project uses of libbpf 1.0 or newer, by the library's own names.</summary>
/// <remarks>
/// Functions that return a number return a negative errno; those that return a pointer return null and set errno.
/// A structure of options begins with its own size, so that older and newer libraries understand each other.
/// </remarks>
internal static unsafe partial class LibBpf
{
    internal const string Library = "libbpf.so.1";

    /// <summary>Whether the library is on this machine.</summary>
    internal static bool IsAvailable { get; } = NativeLibrary.TryLoad(Library, out _);

    [LibraryImport(Library)]
    internal static partial void* libbpf_set_print(void* function);

    [LibraryImport(Library)]
    internal static partial int libbpf_num_possible_cpus();

    [LibraryImport(Library, SetLastError = true)]
    internal static partial void* bpf_object__open_mem(void* bytes, nuint size, void* options);

    [LibraryImport(Library)]
    internal static partial int bpf_object__load(void* file);

    [LibraryImport(Library)]
    internal static partial void bpf_object__close(void* file);

    [LibraryImport(Library)]
    internal static partial void* bpf_object__find_program_by_name(void* file, byte* name);

    [LibraryImport(Library)]
    internal static partial void* bpf_object__next_map(void* file, void* map);

    [LibraryImport(Library)]
    internal static partial int bpf_program__fd(void* program);

    [LibraryImport(Library)]
    internal static partial uint bpf_program__flags(void* program);

    [LibraryImport(Library)]
    internal static partial int bpf_program__set_flags(void* program, uint flags);

    [LibraryImport(Library)]
    internal static partial int bpf_program__set_log_buf(void* program, byte* buffer, nuint size);

    [LibraryImport(Library)]
    internal static partial byte* bpf_map__name(void* map);

    [LibraryImport(Library)]
    internal static partial int bpf_map__fd(void* map);

    [LibraryImport(Library)]
    internal static partial int bpf_map__set_max_entries(void* map, uint count);

    [LibraryImport(Library)]
    internal static partial int bpf_map__set_pin_path(void* map, byte* path);

    [LibraryImport(Library)]
    internal static partial int bpf_map_create(
        int type, byte* name, uint keySize, uint valueSize, uint count, bpf_map_create_opts* options);

    [LibraryImport(Library)]
    internal static partial int bpf_map_lookup_elem(int map, void* key, void* value);

    [LibraryImport(Library)]
    internal static partial int bpf_map_update_elem(int map, void* key, void* value, ulong flags);

    [LibraryImport(Library)]
    internal static partial int bpf_map_delete_elem(int map, void* key);

    [LibraryImport(Library)]
    internal static partial int bpf_map_lookup_and_delete_elem(int map, void* key, void* value);

    [LibraryImport(Library)]
    internal static partial int bpf_map_get_next_key(int map, void* key, void* next);

    [LibraryImport(Library)]
    internal static partial int bpf_map_lookup_batch(
        int map, void* inBatch, void* outBatch, void* keys, void* values, uint* count, void* options);

    [LibraryImport(Library)]
    internal static partial int bpf_map_update_batch(int map, void* keys, void* values, uint* count, void* options);

    [LibraryImport(Library)]
    internal static partial int bpf_obj_pin(int descriptor, byte* path);

    [LibraryImport(Library)]
    internal static partial int bpf_obj_get(byte* path);

    [LibraryImport(Library)]
    internal static partial int bpf_obj_get_info_by_fd(int descriptor, void* info, uint* size);

    [LibraryImport(Library)]
    internal static partial int bpf_enable_stats(int type);

    [LibraryImport(Library)]
    internal static partial int bpf_link_create(int program, int target, int type, bpf_link_create_opts* options);

    [LibraryImport(Library)]
    internal static partial int bpf_link_detach(int link);

    [LibraryImport(Library)]
    internal static partial int bpf_link_update(int link, int program, void* options);

    [LibraryImport(Library)]
    internal static partial int bpf_prog_test_run_opts(int program, bpf_test_run_opts* options);
}

/// <summary>The part of the library's structure that is used; it reads as many bytes as the first member says.
/// </summary>
internal struct bpf_map_create_opts
{
    internal nuint sz;
    internal uint btf_fd;
    internal uint btf_key_type_id;
    internal uint btf_value_type_id;
    internal uint btf_vmlinux_value_type_id;
    internal uint inner_map_fd;
    internal uint map_flags;
}

/// <inheritdoc cref="bpf_map_create_opts"/>
internal struct bpf_link_create_opts
{
    internal nuint sz;
    internal uint flags;
    internal uint iter_info_len;
}

/// <inheritdoc cref="bpf_map_create_opts"/>
internal unsafe struct bpf_test_run_opts
{
    internal nuint sz;
    internal void* data_in;
    internal void* data_out;
    internal uint data_size_in;
    internal uint data_size_out;
    internal void* ctx_in;
    internal void* ctx_out;
    internal uint ctx_size_in;
    internal uint ctx_size_out;
    internal uint retval;
    internal int repeat;
    internal uint duration;
    internal uint flags;
    internal uint cpu;
    internal uint batch_size;
}
