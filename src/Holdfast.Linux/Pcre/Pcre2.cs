using System.Runtime.InteropServices;

namespace Holdfast.Linux.Pcre;

/// <summary>What this project uses of libpcre2-8, by the library's own names. Values are those of pcre2.h.</summary>
internal static unsafe partial class Pcre2
{
    internal const string Library = "libpcre2-8.so.0";
    internal const uint PCRE2_USE_OFFSET_LIMIT = 0x00800000;
    internal const uint PCRE2_JIT_COMPLETE = 1;
    internal const int PCRE2_ERROR_NOMATCH = -1;

    /// <summary>Whether the library is on this machine.</summary>
    internal static bool IsAvailable { get; } = NativeLibrary.TryLoad(Library, out _);

    [LibraryImport(Library)]
    internal static partial void* pcre2_compile_8(
        byte* pattern, nuint length, uint options, int* error, nuint* offset, void* context);

    [LibraryImport(Library)]
    internal static partial int pcre2_jit_compile_8(void* code, uint options);

    [LibraryImport(Library)]
    internal static partial void pcre2_code_free_8(void* code);

    [LibraryImport(Library)]
    internal static partial void* pcre2_match_data_create_from_pattern_8(void* code, void* context);

    [LibraryImport(Library)]
    internal static partial void* pcre2_match_data_create_8(uint pairs, void* context);

    [LibraryImport(Library)]
    internal static partial nuint* pcre2_get_ovector_pointer_8(void* data);

    [LibraryImport(Library)]
    internal static partial void pcre2_match_data_free_8(void* data);

    [LibraryImport(Library)]
    internal static partial void* pcre2_match_context_create_8(void* context);

    [LibraryImport(Library)]
    internal static partial void pcre2_match_context_free_8(void* context);

    [LibraryImport(Library)]
    internal static partial int pcre2_set_offset_limit_8(void* context, nuint limit);

    [LibraryImport(Library)]
    internal static partial int pcre2_set_match_limit_8(void* context, uint limit);

    [LibraryImport(Library)]
    internal static partial void* pcre2_jit_stack_create_8(nuint start, nuint max, void* context);

    [LibraryImport(Library)]
    internal static partial void pcre2_jit_stack_free_8(void* stack);

    [LibraryImport(Library)]
    internal static partial void pcre2_jit_stack_assign_8(void* context, void* callback, void* data);

    [LibraryImport(Library)]
    internal static partial int pcre2_match_8(
        void* code, byte* subject, nuint length, nuint start, uint options, void* data, void* context);

    [LibraryImport(Library)]
    internal static partial int pcre2_substring_number_from_name_8(void* code, byte* name);

    [LibraryImport(Library)]
    internal static partial int pcre2_get_error_message_8(int error, byte* buffer, nuint size);
}
