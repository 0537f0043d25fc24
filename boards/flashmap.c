// flashmap.view("romfs_a"): a partition of data as memory that is read where it lies, and never changes under Python.
//
// MicroPython's own port maps one partition, the one called "romfs", and hands it out by vfs.rom_ioctl() alone
// (ports/esp32/esp32_partition.c): esp32.Partition is no buffer, and vfs.VfsRom takes nothing else. The phone has two
// such partitions, which take turns. Built into the images of boards with ROMFS, see flashmap.cmake.

#include "py/mperrno.h"
#include "py/runtime.h"

#include "esp_partition.h"

#define FLASHMAP_MOST (2) // the two slots; what is mapped stays mapped, over a soft reset, too

static struct {
    const esp_partition_t *part;
    const void *start;
} flashmap_known[FLASHMAP_MOST];

// Where the partition begins in memory. A chip has few pages to map flash to: none is mapped twice.
static const void *flashmap_start(const esp_partition_t *part) {
    for (size_t i = 0; i < FLASHMAP_MOST; ++i) {
        if (flashmap_known[i].part == NULL) {
            const void *start;
            esp_partition_mmap_handle_t handle;
            if (esp_partition_mmap(part, 0, part->size, ESP_PARTITION_MMAP_DATA, &start, &handle) != ESP_OK) {
                break;
            }
            flashmap_known[i].start = start;
            flashmap_known[i].part = part;
        }
        if (flashmap_known[i].part == part) {
            return flashmap_known[i].start;
        }
    }
    mp_raise_OSError(MP_ENOMEM);
}

// view(label): OSError 2 without such a partition, OSError 12 when the chip has no room to map it.
static mp_obj_t flashmap_view(mp_obj_t label_in) {
    const esp_partition_t *part = esp_partition_find_first(ESP_PARTITION_TYPE_DATA, ESP_PARTITION_SUBTYPE_ANY, mp_obj_str_get_str(label_in));
    if (part == NULL) {
        mp_raise_OSError(MP_ENOENT);
    }
    return mp_obj_new_memoryview('B', part->size, (void *)flashmap_start(part));
}
static MP_DEFINE_CONST_FUN_OBJ_1(flashmap_view_obj, flashmap_view);

static const mp_rom_map_elem_t flashmap_globals_table[] = {
    { MP_ROM_QSTR(MP_QSTR___name__), MP_ROM_QSTR(MP_QSTR_flashmap) },
    { MP_ROM_QSTR(MP_QSTR_view), MP_ROM_PTR(&flashmap_view_obj) },
};
static MP_DEFINE_CONST_DICT(flashmap_globals, flashmap_globals_table);

const mp_obj_module_t flashmap_module = {
    .base = { &mp_type_module },
    .globals = (mp_obj_dict_t *)&flashmap_globals,
};

MP_REGISTER_MODULE(MP_QSTR_flashmap, flashmap_module);
