import { consumable, drug, type Item, patentMedicine, service } from './item.ts'

/** What the region sells and does in its ordinary business. Names and codes are samples in the official formats; prices in fen. */

const DRUGS: readonly [atc: string, name: string, price: number, pack_days: number, lv: Item['chrgitm_lv']][] = [
  ['J01CA', '阿莫西林胶囊', 1280, 4, '1'],
  ['J01DB', '头孢氨苄胶囊', 1560, 4, '1'],
  ['J01DC', '头孢呋辛酯片', 2390, 4, '2'],
  ['J01FA', '阿奇霉素片', 1840, 3, '1'],
  ['A02BC', '奥美拉唑肠溶胶囊', 1950, 7, '1'],
  ['A02BA', '法莫替丁片', 760, 7, '1'],
  ['A03FA', '多潘立酮片', 1380, 5, '1'],
  ['A07BC', '蒙脱石散', 1640, 3, '1'],
  ['A07FA', '双歧杆菌三联活菌胶囊', 3320, 5, '2'],
  ['A11GA', '维生素C片', 350, 7, '1'],
  ['B03AA', '硫酸亚铁片', 890, 7, '1'],
  ['D01AC', '硝酸咪康唑乳膏', 1120, 7, '1'],
  ['D07AC', '糠酸莫米松乳膏', 2150, 7, '2'],
  ['D06AX', '莫匹罗星软膏', 1870, 5, '2'],
  ['G01AF', '甲硝唑片', 430, 5, '1'],
  ['H02AB', '泼尼松片', 620, 5, '1'],
  ['M01AE', '布洛芬缓释胶囊', 1730, 5, '1'],
  ['M02AA', '双氯芬酸二乙胺乳胶剂', 2280, 7, '2'],
  ['M03BX', '盐酸乙哌立松片', 2640, 7, '2'],
  ['N02BE', '对乙酰氨基酚片', 540, 3, '1'],
  ['N05CM', '谷维素片', 480, 7, '1'],
  ['R01AD', '糠酸莫米松鼻喷雾剂', 4250, 7, '2'],
  ['R03AC', '沙丁胺醇气雾剂', 2190, 7, '1'],
  ['R05CB', '氨溴索片', 1460, 5, '1'],
  ['R05DA', '复方甘草片', 690, 4, '1'],
  ['R06AX', '氯雷他定片', 1350, 6, '1'],
  ['S01AA', '左氧氟沙星滴眼液', 1180, 7, '2'],
  ['S01XA', '玻璃酸钠滴眼液', 2860, 7, '2'],
  ['S02AA', '氧氟沙星滴耳液', 930, 5, '1'],
  ['C05CA', '地奥司明片', 3180, 5, '2'],
]

const PATENT_MEDICINES: readonly [family: string, name: string, price: number, pack_days: number][] = [
  ['A01AA', '感冒清热颗粒', 1490, 3],
  ['A02AB', '连花清瘟胶囊', 1780, 3],
  ['A03BB', '板蓝根颗粒', 1260, 4],
  ['A04CA', '藿香正气口服液', 1320, 3],
  ['A05CC', '急支糖浆', 1910, 4],
  ['A06AD', '蒲地蓝消炎口服液', 2740, 3],
  ['A07BD', '健胃消食片', 1150, 5],
  ['A08AF', '麻仁丸', 1410, 5],
  ['A09CG', '六味地黄丸', 2230, 7],
  ['A10BH', '香砂养胃丸', 1670, 6],
  ['B01AJ', '云南白药胶囊', 2980, 4],
  ['B02BK', '活血止痛胶囊', 2390, 5],
  ['C01AL', '三九胃泰颗粒', 1540, 5],
  ['C02BM', '金嗓子喉片', 980, 4],
]

const WARD_DRUGS: readonly [atc: string, name: string, price: number, lv: Item['chrgitm_lv']][] = [
  ['B05BB', '氯化钠注射液', 380, '1'],
  ['B05BA', '葡萄糖注射液', 410, '1'],
  ['B05XA', '氯化钾注射液', 160, '1'],
  ['A11HA', '维生素B6注射液', 120, '1'],
  ['A11GB', '维生素C注射液', 150, '1'],
  ['J01DD', '头孢曲松钠注射用', 1890, '1'],
  ['J01CR', '哌拉西林他唑巴坦注射用', 3860, '2'],
  ['J01XD', '甲硝唑氯化钠注射液', 560, '1'],
  ['A02BX', '泮托拉唑钠注射用', 2650, '2'],
  ['A04AA', '昂丹司琼注射液', 1480, '2'],
  ['B01AB', '低分子肝素钠注射液', 2960, '2'],
  ['B01AC', '硫酸氢氯吡格雷片', 1340, '1'],
  ['B02AA', '氨甲环酸注射液', 1180, '1'],
  ['C01DA', '硝酸甘油注射液', 720, '1'],
  ['C03CA', '呋塞米注射液', 190, '1'],
  ['C04AX', '前列地尔注射液', 4580, '2'],
  ['C01EB', '磷酸肌酸钠注射用', 5230, '2'],
  ['H02AX', '地塞米松磷酸钠注射液', 140, '1'],
  ['M01AX', '氟比洛芬酯注射液', 4120, '2'],
  ['N02AX', '盐酸曲马多注射液', 980, '1'],
  ['N06BX', '奥拉西坦注射液', 3680, '2'],
  ['N07XX', '单唾液酸四己糖神经节苷脂注射液', 5980, '2'],
  ['R03BA', '布地奈德混悬液', 1560, '2'],
  ['R03DA', '多索茶碱注射液', 2480, '2'],
  ['R05CX', '氨溴索注射液', 860, '1'],
  ['A12CC', '硫酸镁注射液', 180, '1'],
  ['B05CX', '灭菌注射用水', 90, '1'],
  ['A05BA', '多烯磷脂酰胆碱注射液', 3260, '2'],
  ['A10AB', '生物合成人胰岛素注射液', 4790, '1'],
]

const DISEASE_DRUGS: readonly [disease: number, atc: string, name: string, price: number, lv: Item['chrgitm_lv']][] = [
  [0, 'C08CA', '苯磺酸氨氯地平片', 1860, '1'],
  [0, 'C09CA', '缬沙坦胶囊', 2640, '1'],
  [0, 'C07AB', '美托洛尔缓释片', 2380, '1'],
  [0, 'C03AA', '氢氯噻嗪片', 420, '1'],
  [1, 'A10BA', '盐酸二甲双胍片', 1580, '1'],
  [1, 'A10BB', '格列美脲片', 2120, '1'],
  [1, 'A10BF', '阿卡波糖片', 2890, '1'],
  [1, 'A10BH', '西格列汀片', 5860, '2'],
  [2, 'B01AD', '阿司匹林肠溶片', 980, '1'],
  [2, 'C10AA', '阿托伐他汀钙片', 3240, '1'],
  [2, 'C01DX', '单硝酸异山梨酯片', 1690, '1'],
  [2, 'C01EX', '曲美他嗪片', 2570, '2'],
  [3, 'R03BB', '噻托溴铵粉吸入剂', 6840, '2'],
  [3, 'R03AK', '布地奈德福莫特罗吸入剂', 7920, '2'],
  [3, 'R03DB', '茶碱缓释片', 860, '1'],
  [3, 'R05CA', '羧甲司坦片', 1230, '1'],
  [4, 'J05AF', '恩替卡韦片', 3980, '1'],
  [4, 'A05BB', '水飞蓟宾胶囊', 3140, '2'],
  [4, 'L03AX', '双环醇片', 3620, '2'],
  [4, 'A05AA', '熊去氧胆酸胶囊', 4480, '2'],
  [5, 'L01BA', '甲氨蝶呤片', 1340, '1'],
  [5, 'L04AA', '来氟米特片', 3560, '2'],
  [5, 'P01BA', '硫酸羟氯喹片', 2930, '1'],
  [5, 'M01AC', '美洛昔康片', 1750, '1'],
]

const LABS: readonly [name: string, price: number][] = [
  ['血细胞分析', 1800],
  ['尿液分析', 1000],
  ['粪便常规', 700],
  ['C反应蛋白测定', 2400],
  ['葡萄糖测定', 600],
  ['丙氨酸氨基转移酶测定', 550],
  ['天门冬氨酸氨基转移酶测定', 560],
  ['总胆红素测定', 500],
  ['白蛋白测定', 520],
  ['肌酐测定', 650],
  ['尿素测定', 620],
  ['尿酸测定', 640],
  ['钾测定', 480],
  ['钠测定', 470],
  ['氯测定', 460],
  ['总胆固醇测定', 580],
  ['甘油三酯测定', 590],
  ['高密度脂蛋白测定', 880],
  ['低密度脂蛋白测定', 920],
  ['凝血酶原时间测定', 1300],
  ['活化部分凝血活酶时间测定', 1350],
  ['纤维蛋白原测定', 1280],
  ['D二聚体测定', 4600],
  ['肌钙蛋白测定', 5800],
  ['降钙素原测定', 8200],
  ['血型鉴定', 1500],
  ['乙肝表面抗原测定', 1600],
  ['丙肝抗体测定', 2600],
  ['血沉测定', 750],
]

const EXAMS: readonly [name: string, price: number][] = [
  ['常规心电图检查', 2200],
  ['胸部X线摄影', 6500],
  ['腹部彩色多普勒超声', 11800],
  ['甲状腺彩色多普勒超声', 9600],
  ['心脏彩色多普勒超声', 16800],
  ['四肢X线摄影', 5800],
  ['腰椎X线摄影', 6900],
]

const THERAPIES: readonly [name: string, price: number, unit?: string][] = [
  ['静脉输液', 850],
  ['静脉注射', 420],
  ['肌肉注射', 260],
  ['皮下注射', 240],
  ['静脉采血', 320],
  ['雾化吸入', 780],
  ['氧气吸入', 330, '小时'],
  ['心电监测', 480, '小时'],
  ['血氧饱和度监测', 310, '小时'],
  ['微量泵输液', 290, '小时'],
  ['口腔护理', 540],
  ['会阴擦洗', 460],
  ['翻身拍背', 380],
  ['换药(小)', 1600],
  ['换药(中)', 2600],
  ['导尿护理', 720],
  ['物理降温', 350],
  ['红外线治疗', 1150],
  ['低频脉冲电治疗', 1780],
  ['气压治疗', 1960],
  ['中药封包', 2350],
  ['耳穴压豆', 1280],
  ['穴位贴敷', 1860],
]

const CONSUMABLES: readonly [name: string, price: number, lv: Item['chrgitm_lv']][] = [
  ['一次性输液器', 280, '1'],
  ['一次性注射器5ml', 65, '1'],
  ['一次性注射器20ml', 120, '1'],
  ['静脉留置针', 1650, '2'],
  ['无菌敷贴', 420, '1'],
  ['医用胶带', 190, '1'],
  ['一次性采血针', 55, '1'],
  ['真空采血管', 110, '1'],
  ['一次性吸氧管', 380, '1'],
  ['一次性雾化面罩', 1180, '2'],
  ['无菌手套', 150, '1'],
  ['一次性治疗巾', 230, '1'],
  ['一次性尿垫', 340, '3'],
  ['心电电极片', 160, '1'],
  ['三通阀', 620, '1'],
  ['肝素帽', 210, '1'],
  ['医用棉签', 90, '1'],
  ['一次性口护包', 880, '2'],
  ['一次性换药包', 760, '1'],
]

export const ACUTE_DRUGS: readonly Item[] = [
  ...DRUGS.map(([atc, name, price, pack_days, lv], i) => drug({ serial: 100 + i, atc, name, price, pack_days, lv })),
  ...PATENT_MEDICINES.map(([family, name, price, pack_days], i) =>
    patentMedicine({ serial: 200 + i, family, name, price, pack_days }),
  ),
]
export const WARD: readonly Item[] = WARD_DRUGS.map(([atc, name, price, lv], i) =>
  drug({ serial: 300 + i, atc, name, price, pack_days: 1, lv }),
)
/** Four drugs for each disease of `CHRONIC_DISEASES`, one package for 28 days. */
export const CHRONIC_DRUGS: readonly (readonly Item[])[] = [0, 1, 2, 3, 4, 5].map((wanted) =>
  DISEASE_DRUGS.flatMap(([disease, atc, name, price, lv], i) =>
    disease === wanted ? [drug({ serial: 400 + i, atc, name, price, pack_days: 28, lv })] : [],
  ),
)
export const LABORATORY: readonly Item[] = LABS.map(([name, price], i) => service({ serial: 500 + i, type: '04', name, price }))
export const EXAMINATIONS: readonly Item[] = EXAMS.map(([name, price], i) =>
  service({ serial: 600 + i, type: '03', name, price }),
)
export const TREATMENTS: readonly Item[] = THERAPIES.map(([name, price, unit], i) =>
  service({ serial: 700 + i, type: '05', name, price, ...(unit ? { unit } : {}) }),
)
export const SUPPLIES: readonly Item[] = CONSUMABLES.map(([name, price, lv], i) =>
  consumable({ serial: 800 + i, name, price, lv }),
)
export const IMAGING: readonly Item[] = [
  service({ serial: 650, type: '03', name: '头部CT平扫', price: 19_800, tags: ['ct'], body_part: 'head' }),
  service({ serial: 651, type: '03', name: '胸部CT平扫', price: 21_600, tags: ['ct'], body_part: 'chest' }),
  service({ serial: 652, type: '03', name: '腰椎磁共振平扫', price: 46_500, lv: '2', tags: ['mri'], body_part: 'lumbar' }),
]

export const CONSULTATION = service({ serial: 901, type: '02', name: '普通门诊诊查费', price: 1200 })
export const EMERGENCY_CONSULTATION = service({ serial: 902, type: '02', name: '急诊诊查费', price: 1800 })
export const WARD_ROUND = service({ serial: 903, type: '02', name: '住院诊查费', price: 1600, unit: '日' })
export const WARD_BED = service({ serial: 904, type: '01', name: '普通病房床位费', price: 3600, unit: '日' })
export const NURSING = service({ serial: 905, type: '07', name: '二级护理', price: 1400, unit: '日' })
export const CATARACT_SURGERY = service({ serial: 906, type: '06', name: '白内障超声乳化摘除术', price: 148_000 })
export const LAPAROSCOPY = service({ serial: 907, type: '06', name: '腹腔镜胆囊切除术', price: 186_000 })
export const PRENATAL_CHECK = service({ serial: 908, type: '03', name: '产前检查', price: 3200 })
export const DELIVERY = service({ serial: 909, type: '06', name: '正常分娩接生', price: 68_000 })
/** For one sex and for children only, sold to whom they are meant for. */
export const GYNAECOLOGY = service({ serial: 910, type: '03', name: '妇科检查', price: 2600 })
export const PROSTATE = service({ serial: 911, type: '03', name: '前列腺指诊', price: 2400 })
export const CHILDREN_SYRUP = drug({ serial: 912, atc: 'R05DB', name: '小儿止咳糖浆', price: 1650, pack_days: 4 })

export const CATALOGUE: readonly Item[] = [
  ...ACUTE_DRUGS,
  ...WARD,
  ...CHRONIC_DRUGS.flat(),
  ...LABORATORY,
  ...EXAMINATIONS,
  ...IMAGING,
  ...TREATMENTS,
  ...SUPPLIES,
  CONSULTATION,
  EMERGENCY_CONSULTATION,
  WARD_ROUND,
  WARD_BED,
  NURSING,
  CATARACT_SURGERY,
  LAPAROSCOPY,
  PRENATAL_CHECK,
  DELIVERY,
  GYNAECOLOGY,
  PROSTATE,
  CHILDREN_SYRUP,
]
